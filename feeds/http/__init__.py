"""What HTTP says of a prepared document: negotiation, conditions, caching, codings."""
