"""The PostgreSQL engine of Django, with fewer questions about its own health (`base`)."""
