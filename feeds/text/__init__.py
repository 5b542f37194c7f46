"""Texts as people write them: cleaned, folded into words, and the small languages of URLs, tags and types."""
