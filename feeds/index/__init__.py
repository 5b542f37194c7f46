"""The store of what was read, kept between runs."""
