"""Every path of the publication, and the document there."""
