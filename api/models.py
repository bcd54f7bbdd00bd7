"""What the API keeps of its own: the answers to requests that may come again."""

from django.db import models

from businesses.models import TenantModel


class IdempotentAnswer(TenantModel):
    """The answer to a POST that carried an Idempotency-Key, kept for a day."""

    key = models.CharField(max_length=255)
    # Of method, path and body: the same key with another request is a mistake, and told so.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["business", "created_at"], name="idempotent_age")]
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="idempotent_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.status} for {self.fingerprint[:8]}"
