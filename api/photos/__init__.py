"""Content-addressed pictures: check, store, serve."""
