"""What customers are asked and answer, and the words they let the business publish."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from businesses.models import Membership, TenantForeignKey, TenantModel
from contacts.models import LONGEST_TEXT, Contact
from feedback.querysets import TestimonialQuerySet

# The question's own bounds (Reichheld 2003): 9 and 10 promote, 7 and 8 are content, others not.
HIGHEST_SCORE = 10
FIRST_PROMOTING = 9
FIRST_CONTENT = 7
# Words that stand on a page are read; more of them are not.
LONGEST_TESTIMONIAL = 1000


class FeedbackRequest(TenantModel):
    """A customer was asked once; the link to their page belongs to this row."""

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="feedback_requests")
    asked_at = models.DateTimeField()
    # When the first answer came; later ones change nothing here.
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "contact", "-asked_at"], name="feedback_asked_last"),
            models.Index(fields=["business", "asked_at"], name="feedback_asked"),
        ]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d}"


class Feedback(TenantModel):
    """One answer, 0 to 10, and why. History: a later answer is another row."""

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="feedback")
    # Which question it answers; an answer that somebody else kept has none.
    request = TenantForeignKey(
        FeedbackRequest, models.CASCADE, null=True, blank=True, related_name="answers"
    )
    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(HIGHEST_SCORE)])
    why = models.TextField(max_length=LONGEST_TEXT, blank=True)
    # Who of the business heard it, by phone or at the counter; the database empties it when they
    # leave. Nobody's is the customer's own.
    heard_by = TenantForeignKey(
        Membership, models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    # What would make it better, said after the answer; said once.
    wish = models.TextField(max_length=LONGEST_TEXT, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback"
        indexes = [
            models.Index(fields=["business", "contact", "-answered_at"], name="feedback_latest"),
            models.Index(fields=["business", "answered_at"], name="feedback_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__lte=HIGHEST_SCORE),
                name="feedback_score_to_ten",
                violation_error_message="Choose a number from 0 to 10.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.score} of {HIGHEST_SCORE}"

    @property
    def is_promoter(self) -> bool:
        return self.score >= FIRST_PROMOTING

    @property
    def is_passive(self) -> bool:
        return FIRST_CONTENT <= self.score < FIRST_PROMOTING

    @property
    def is_detractor(self) -> bool:
        return self.score < FIRST_CONTENT


class ShownAs(models.TextChoices):
    """How a customer is named beside their words."""

    NAME = "name", "Your name"
    FIRST_NAME = "first_name", "Your first name"
    INITIALS = "initials", "Your initials"


class Testimonial(TenantModel):
    """A customer's own words, which they let the business publish until they take them back.

    What they agreed to is kept as it will stand: `words` and `signature`. Other words of the
    business's stand in `proposed_words` until the customer agrees. Taken back, it is empty.
    """

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="testimonials")
    words = models.TextField(max_length=LONGEST_TESTIMONIAL, blank=True)
    shown_as = models.CharField(max_length=10, choices=ShownAs, default=ShownAs.FIRST_NAME)
    signature = models.CharField(max_length=75, blank=True)
    given_at = models.DateTimeField()
    proposed_words = models.TextField(max_length=LONGEST_TESTIMONIAL, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # Smaller ones stand above.
    place = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Where there is a photo of them: its row, so that what is listed reads no picture.
    photo_key = models.UUIDField(null=True, blank=True)

    objects: ClassVar[TestimonialQuerySet] = TestimonialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["business", "place"],
                condition=Q(published_at__isnull=False),
                name="testimonial_published",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "contact"],
                condition=Q(withdrawn_at=None),
                name="testimonial_one_each",
            ),
            models.CheckConstraint(
                condition=Q(shown_as__in=ShownAs.values), name="testimonial_shown_as_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) & ~Q(words="") & ~Q(signature="")
                | Q(
                    withdrawn_at__isnull=False,
                    words="",
                    signature="",
                    proposed_words="",
                    published_at=None,
                    photo_key=None,
                ),
                name="testimonial_withdrawn_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(proposed_words="", proposed_at=None)
                | (~Q(proposed_words="") & Q(proposed_at__isnull=False)),
                name="testimonial_proposal_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"testimonial {self.pk}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def has_proposal(self) -> bool:
        """Whether other words wait for the customer's yes."""
        return bool(self.proposed_words)


class TestimonialPhoto(TenantModel):
    """A customer's face beside their words, redrawn by `businesses.pictures`.

    Another picture is another row: whoever has the address of the one before finds nothing there.
    """

    testimonial = TenantForeignKey(Testimonial, models.CASCADE, related_name="photos")
    image = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["business", "testimonial"], name="testimonial_photo_one_each"
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.pk}"


class ReviewLink(TenantModel):
    """A public site on which anybody may say what they think; shown to everybody alike."""

    label = models.CharField(max_length=40)
    url = models.URLField(max_length=300)
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business", "place"], name="review_link_place"),
            models.CheckConstraint(
                condition=Q(url__startswith="https://"), name="review_link_is_https"
            ),
        ]

    def __str__(self) -> str:
        return self.label
