"""Published word lists of the default model: legal forms, street words, short names, common words, public mail."""
