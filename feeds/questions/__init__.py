"""A question as a feed: parsed, canonical, answered."""
