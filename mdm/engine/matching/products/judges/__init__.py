"""Judges of products: one module per kind of evidence; each declares its levels beside it."""
