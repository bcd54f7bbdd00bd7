"""Ways out for a letter. SMTP now; providers with an HTTP interface can stand beside it."""
