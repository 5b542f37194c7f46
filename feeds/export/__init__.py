"""The static site: files, what lies beside them, and what hosts want to know."""
