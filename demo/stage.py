"""What the scenes of the story share: the firm, its people, and whom they brought together."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from activity.actors import Actor
from businesses.models import Business, Membership
from contacts.models import Contact
from demo.calendar import Calendar
from giving.models import GivenIntroduction
from introductions.models import Advocate, Ask, Introduction
from introductions.services import advocate_for
from referrals.models import Referral


@dataclass(slots=True)
class Stage:
    """Who is who so far. A person introduced has one key from the introduction on: their name."""

    business: Business
    calendar: Calendar
    members: dict[str, Membership]
    people: dict[str, Contact] = field(default_factory=dict)
    introductions: dict[str, Introduction] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    given: dict[str, GivenIntroduction] = field(default_factory=dict)

    def member(self, name: str) -> Membership:
        return self.members[name]

    def actor(self, name: str = "Elena") -> Actor:
        return Actor.member(self.members[name])

    def contact(self, name: str) -> Contact:
        """The contact by name; of an introduction, whom it led to. The services look afresh."""
        if name not in self.people:
            found = self.introduction(name).contact
            assert found is not None, f"{name} has not shaken hands yet"
            self.remember(name, found)
        return self.people[name]

    def remember(self, name: str, contact: Contact) -> None:
        contact.business = self.business
        self.people[name] = contact

    def introduction(self, name: str) -> Introduction:
        return Introduction.objects.select_related("advocate__contact", "contact", "business").get(
            pk=self.introductions[name].pk
        )

    def advocate(self, name: str) -> Advocate:
        contact = self.contact(name)
        return advocate_for(contact=contact, now=self.calendar.now)

    def referral(self, name: str) -> Referral:
        return Referral.objects.of_contact(self.contact(name)).latest("created_at")


class Act(Protocol):
    """Something that somebody does, at the moment at which the clock is held."""

    def __call__(self, stage: Stage) -> object: ...


class Scene(NamedTuple):
    """An act, so many days ago, at this hour of the business's day."""

    days_ago: int
    clock: str
    act: Act
    # Whether something may follow by itself, sooner or later: a letter, a handshake.
    has_sequel: bool = True


def on(days_ago: int, clock: str, *acts: Act, has_sequel: bool = True) -> list[Scene]:
    """The scenes of one moment, in this order."""
    return [Scene(days_ago, clock, act, has_sequel) for act in acts]
