"""The whole list of letters, in each way that they can look."""

from collections.abc import Iterable

from tests.database import ROOT
from tests.guards.letters_to_guests import TO_GUESTS
from tests.guards.letters_to_members import TO_MEMBERS
from tests.guards.postbag import Write


def folders() -> set[str]:
    """Letters that are templates of their own."""
    emails = ROOT / "templates" / "emails"
    return {str(body.parent.relative_to(emails)) for body in emails.rglob("body.txt")}


def ways() -> Iterable[tuple[str, Write]]:
    """Every letter, in each way that it can look."""
    for key, looks in TO_GUESTS.items():
        for look, write in looks.items():
            yield (f"{key}.{look}" if look else key), write
    yield from TO_MEMBERS.items()
