"""Ways out for a letter: SMTP, or a provider's HTTP interface."""
