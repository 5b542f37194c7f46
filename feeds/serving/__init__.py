"""A publication as a server needs it: prepared, live, observed, limited."""
