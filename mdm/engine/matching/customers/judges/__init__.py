"""Judges: what two records share, found level by level. One module per kind; each declares its levels beside it."""
