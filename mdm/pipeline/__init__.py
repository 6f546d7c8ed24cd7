"""All writes, in the order the data travels: receive, match, link, relate, consolidate. Verbs take lists."""
