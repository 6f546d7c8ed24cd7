"""Words of names that are one slip of the pen away from what a person typed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from django.db import connection as database

from mdm.models import VALUES

SHORTEST, LONGEST = 4, 20  # letters of words in which a slip is forgiven
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèñç"
# Some are counted rather than one asked for: for the first that comes the planner would begin to read the table.
HELD = """SELECT '{entity}', place, word FROM unnest(%(places)s::int[], %(words)s::text[]) AS near (place, word)
WHERE (SELECT count(*) FROM (
    SELECT 1 FROM {table} WHERE {names} @@ to_tsquery('simple', word) LIMIT 500) AS held) > 0"""


def forgiving(word: str) -> bool:
    """Whether a slip in this word is forgiven: short words, and numbers, are taken as they are."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def meant(typed: Sequence[str], entities: Collection[str]) -> dict[str, str]:
    """Entity -> the search for names that hold, of each word typed, its beginning or a word that is one slip away.

    Of some seventy words for each letter typed hardly any is in a name. Those that are come first, by one query: an
    index compares each name that has one of the words with the whole search.
    """
    near = [(place, word) for place, one in enumerate(typed) for word in sorted(_near(one))]
    found = {entity: [[f"{word}:*"] for word in typed] for entity in entities}
    with database.cursor() as cursor:
        statement = " UNION ALL ".join(map(_held, entities))
        cursor.execute(statement, {"places": [place for place, _ in near], "words": [word for _, word in near]})
        for entity, place, word in cursor.fetchall():
            found[entity][place].append(word)
    return {entity: " & ".join(f"({' | '.join(ways)})" for ways in words) for entity, words in found.items()}


@cache
def _held(entity: str) -> str:
    model = VALUES[entity]
    query = model._default_manager.all().query
    names, _ = model.words.resolve_expression(query).as_sql(query.get_compiler("default"), database)
    return HELD.format(entity=entity, table=model._meta.db_table, names=names)


def _near(word: str) -> set[str]:
    """All words one slip away: a letter left out, added, taken for another, or two swapped."""
    if not forgiving(word):
        return set()
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    near = {a + b[1:] for a, b in parts if b}
    near |= {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    near |= {a + letter + b[1:] for a, b in parts if b for letter in LETTERS}
    near |= {a + letter + b for a, b in parts for letter in LETTERS}
    return near - {word}
