"""Telling others at once what changed."""
