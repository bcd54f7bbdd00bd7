"""What is given for an introduction: the terms that both sides were shown, kept with it.

Which terms are in force is said from above, by `settings.REWARD_TERMS`; here they are plain data:
a version, the rules, and the sentences that were shown. The name of whoever introduces is a field,
filled whenever they are read: it stands in no row but the person's own, and is erased there.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from contacts.models import Contact

if TYPE_CHECKING:
    from introductions.models import Advocate

NOBODY_IS_PAID = "Nobody is paid for this introduction."
# Where the name of whoever introduces stands; nothing that a business writes can hold a brace.
ADVOCATE_FIELD = "{advocate}"
SOMEONE_ERASED = "whoever introduced you"


class UnderTerms(models.Model):
    """What was promised when it was made; later terms change nothing of it. Empty: nothing."""

    terms = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        abstract = True

    @property
    def terms_version(self) -> int | None:
        """Under which version it was made; none where nothing is given."""
        version: int | None = self.terms.get("version")
        return version

    def promise(self) -> str:
        """What the advocate is told about rewards; empty where there are none."""
        return promise_of(self.terms)


def terms_for(advocate: "Advocate") -> Mapping[str, Any]:
    """The terms an introduction by this advocate would be made under now; empty for none."""
    in_force: Mapping[str, Any] = import_string(settings.REWARD_TERMS)(advocate)
    return in_force


def mark_of(terms: Mapping[str, Any]) -> str:
    """By which a page that showed these terms says so when it is sent; empty for none."""
    return str(terms.get("version", ""))


def disclosure_of(terms: Mapping[str, Any], advocate: "Advocate") -> str:
    """What the prospect is told about rewards: what this advocate is given, or that nobody is."""
    contact: Contact = advocate.contact
    name = SOMEONE_ERASED if contact.is_erased else contact.first_name
    return str(terms.get("to_prospect", NOBODY_IS_PAID)).replace(ADVOCATE_FIELD, name)


def promise_of(terms: Mapping[str, Any]) -> str:
    """What the advocate is told about rewards; empty where there are none."""
    return str(terms.get("to_advocate", ""))
