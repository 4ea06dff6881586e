"""The SQLite engine of Django, with a queue for its writers (`base`)."""
