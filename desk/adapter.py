"""How allauth fits in: its letters go through our outbox."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Account letters become rows that the sender takes, like every other letter."""
