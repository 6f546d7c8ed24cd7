"""Which source value becomes the golden value, and why."""
