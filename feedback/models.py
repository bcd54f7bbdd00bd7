"""What customers answer when asked how likely they are to recommend us."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from businesses.models import TenantForeignKey, TenantModel
from contacts.models import LONGEST_TEXT, Contact

# The question's own bounds (Reichheld 2003): 9 and 10 promote, 7 and 8 are content, others not.
HIGHEST_SCORE = 10
FIRST_PROMOTING = 9
FIRST_CONTENT = 7


class Feedback(TenantModel):
    """One answer, 0 to 10, and why. History: a later answer is another row."""

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="feedback")
    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(HIGHEST_SCORE)])
    why = models.TextField(max_length=LONGEST_TEXT, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback"
        indexes = [
            models.Index(fields=["business", "contact", "-answered_at"], name="feedback_latest")
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
