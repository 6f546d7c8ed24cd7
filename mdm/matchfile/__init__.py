"""Matching of files: what `manage.py match_file` reads, writes and shows. Pure: no Django, no database, no network."""
