"""Valid rows with sensible defaults, made through changes.py inside a revision that is open."""
