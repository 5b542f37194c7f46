"""What articles, feeds and topics are: frozen values that know nothing of files, databases or HTTP."""
