"""Nothing here waits for a time of its own; what follows later is in config/reactions.py."""
