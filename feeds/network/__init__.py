"""Requests to other people's servers, and which addresses they may go to."""
