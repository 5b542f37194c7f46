"""From records to the index, and from the index to the export."""
