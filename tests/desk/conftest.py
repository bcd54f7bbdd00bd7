"""What tests of the desk have in common."""

from tests.outreach.conftest import smtp

__all__ = ["smtp"]
