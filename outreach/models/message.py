"""The outbox of a business."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from businesses.models import TenantForeignKey, TenantModel
from contacts.models import Contact
from outreach.models.letter import Letter, letter_constraints, letter_indexes
from outreach.querysets import MessageQuerySet
from outreach.states import MailKind, RecipientState


class Message(Letter, TenantModel):
    """One letter of a business, to one or several people.

    It is written in the transaction of the change that causes it. `dedupe_key` says kind,
    recipients and causing event, so that the same letter cannot be queued twice.
    """

    kind = models.CharField(max_length=60)
    subject_label = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    cause_id = models.UUIDField()
    dedupe_key = models.CharField(max_length=64)
    hold_reason = models.CharField(max_length=40, blank=True)
    # Which stop keeps it back, beside that of all mail.
    mail_kind = models.CharField(
        max_length=8, choices=MailKind, default=MailKind.ALL, db_default=MailKind.ALL
    )
    # An answer to its recipient's own act is not bound to quiet hours and limits.
    answers_recipient = models.BooleanField(default=False)
    # An appointment that goes with it, as a text/calendar file (RFC 5545); nothing is filled in.
    calendar = models.TextField(blank=True, default="", db_default="")
    # An ask waits as long as the business is full or closed.
    is_ask = models.BooleanField(default=False)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            *letter_indexes("message"),
            models.Index(
                fields=["business", "subject_label", "subject_id"], name="message_subject"
            ),
            models.Index(fields=["business", "state", "due_at"], name="message_state"),
        ]
        constraints = [
            *letter_constraints("message", "hold_reason", "mail_kind"),
            models.UniqueConstraint(fields=["business", "dedupe_key"], name="message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class MessageRecipient(TenantModel):
    """One recipient of a letter, with a result of its own.

    A prospect before their yes is here as an introduction's id and the keyed hash of the address;
    the address and the name are looked up when the letter is sent, and nowhere kept.
    """

    message = TenantForeignKey(Message, models.CASCADE, related_name="recipients")
    position = models.PositiveSmallIntegerField(default=0)
    contact = TenantForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")
    introduction_id = models.UUIDField(null=True, blank=True)
    name = models.CharField(max_length=75, blank=True)
    address = models.CharField(max_length=254, blank=True)
    address_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RecipientState, default=RecipientState.WAITING)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "introduction_id"], name="recipient_introduction"),
            # Few among all: whom a person may have to look after.
            models.Index(
                fields=["business", "message"],
                condition=Q(state__in=["bounced", "failed"]),
                name="recipient_unreached",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "message", "address_hash"], name="recipient_once"
            ),
            # The state is known; sealed with nothing that names anybody, or known by its address.
            models.CheckConstraint(
                condition=models.Func(
                    *("state", "introduction_id", "contact_id", "name", "address"),
                    function="outreach_recipient_is_sound",
                    output_field=models.BooleanField(),
                ),
                name="recipient_is_sound",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_guest(self) -> bool:
        """A contact, or a prospect; and not somebody who works here."""
        return self.contact_id is not None or self.introduction_id is not None

    @property
    def label(self) -> str:
        """How the owner reads it: a name, or "the prospect" while that is sealed."""
        if self.introduction_id is not None:
            return "the prospect"
        return self.name or self.address
