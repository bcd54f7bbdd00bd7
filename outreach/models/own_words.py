"""What a business says in a letter in place of the original words."""

from django.db import models
from django.db.models import Q

from businesses.models import TenantModel

LONGEST_SUBJECT = 200
LONGEST_BODY = 4000


class OwnWords(TenantModel):
    """A business's own words for one letter (`outreach.catalogue`), with named fields in them.

    A letter without a row says what it says at first.
    """

    letter = models.CharField(max_length=40)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    body = models.TextField(max_length=LONGEST_BODY)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "own words"
        constraints = [
            models.UniqueConstraint(fields=["business", "letter"], name="own_words_once"),
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(body=""), name="own_words_say_something"
            ),
        ]

    def __str__(self) -> str:
        return self.letter
