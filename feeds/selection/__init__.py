"""Which article is in which feed, from when to when."""
