"""How many records may share a key by which records are found: one number for whoever finds them, here or in tables."""

from __future__ import annotations

LARGEST = 200  # a key that more records share says nothing and leads to no pair
