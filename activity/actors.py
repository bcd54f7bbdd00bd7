"""Who did something: a kind and an id, never a name."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.db import models

from businesses.models import Membership


class ActorKind(models.TextChoices):
    MEMBER = "member", "a member of the business"
    ADVOCATE = "advocate", "an advocate"
    PROSPECT = "prospect", "a prospect"
    CONTACT = "contact", "a contact"
    SYSTEM = "system", "Handshake"
    INTEGRATION = "integration", "an integration"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as events keep it. `id` is the membership's, advocate's, introduction's…"""

    kind: ActorKind
    id: UUID | None = None

    @classmethod
    def of(cls, kind: str, key: UUID | None) -> Self:
        """Whoever did what an event tells, by its columns."""
        return cls(ActorKind(kind), key)

    @classmethod
    def member(cls, membership: Membership) -> Self:
        return cls(ActorKind.MEMBER, membership.pk)

    @classmethod
    def advocate(cls, advocate_id: UUID) -> Self:
        return cls(ActorKind.ADVOCATE, advocate_id)

    @classmethod
    def prospect(cls, introduction_id: UUID) -> Self:
        return cls(ActorKind.PROSPECT, introduction_id)

    @classmethod
    def contact(cls, contact_id: UUID) -> Self:
        return cls(ActorKind.CONTACT, contact_id)


SYSTEM = Actor(ActorKind.SYSTEM)
