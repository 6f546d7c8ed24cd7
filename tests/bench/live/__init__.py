"""How fast one new record is matched against a large hub, and by the engine alone beside Splink."""
