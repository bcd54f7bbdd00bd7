"""What introductions that the business gives hold of somebody who is erased."""

from datetime import datetime

from activity.models import Event
from contacts.models import Contact
from giving.models import GivenIntroduction
from outreach.services import forget_written_about


def forget_given(*, contact: Contact, cause: Event, now: datetime) -> None:
    """That they were introduced stays, without a word; open ones were withdrawn before."""
    rows = GivenIntroduction.objects.naming(contact)
    rows.update(first_words="", second_words="", outcome_words="")
    keys = rows.values_list("pk", flat=True)
    forget_written_about(label="givenintroduction", keys=keys, now=now)
