"""When the way out is left alone: letters go wrong one after another, whatever they are.

A mail server that is unwell after the text, or that does not let us in, would make all that is due
doubtful, or failed. So it rests, longer each time, and then one letter tries. This is kept in the
database, since all workers send by the same way.
"""

from datetime import datetime, timedelta

from django.db import transaction

from outreach.models import MailTrouble

# So many in a row, and the way out is left alone.
PATIENCE = 3
REST = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)


class Trouble:
    """What one sweep knows of it. Its connections share this."""

    def __init__(self, times: int) -> None:
        self._times = times

    @property
    def is_known(self) -> bool:
        """Whether the next letter is but a try."""
        return self._times >= PATIENCE

    @property
    def has_begun(self) -> bool:
        """Whether no letter was taken since one went wrong."""
        return self._times > 0

    def goes_on(self, reason: str, *, now: datetime, patience: int = PATIENCE) -> bool:
        """One more went wrong: whether the way out is left alone from now on."""
        with transaction.atomic():
            trouble, _ = MailTrouble.objects.select_for_update().get_or_create(
                id=True, defaults={"since": now, "rests_until": now}
            )
            # Those that are under way when a rest begins make it no longer.
            if trouble.rests_until <= now:
                trouble.times += 1
                trouble.reason = reason
                trouble.rests_until = now + _rest(trouble.times - patience)
                trouble.save()
        self._times = trouble.times
        return trouble.rests_until > now

    def is_over(self) -> None:
        """A letter was taken."""
        if self._times:
            MailTrouble.objects.all().delete()
            self._times = 0


def mail_trouble() -> MailTrouble | None:
    """Why the way out has been left alone, until a letter is taken again."""
    trouble = MailTrouble.objects.first()
    return trouble if trouble and trouble.rests_until > trouble.since else None


def _rest(beyond: int) -> timedelta:
    """Twice as long each time."""
    return min(LONGEST, REST * 2 ** min(beyond, 9)) if beyond >= 0 else timedelta()
