"""/contacts: the people the business knows, and what happened with them."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import ForGood
from api.paging import Order
from api.resource import Resource
from api.shapes import Filters, Id, Shape
from businesses import clock
from contacts.erasing import erase_contact
from contacts.merging import CHOOSABLE, MergedAway, known_as, merge_contacts
from contacts.models import LONGEST_TAG, LONGEST_TEXT, MOST_TAGS, Contact, Interaction
from contacts.querysets import ContactQuerySet
from contacts.services import (
    add_contact,
    change_contact,
    leave_in_peace,
    log_interaction,
    resume_contact,
)
from contacts.states import SAYABLE_RESTS, Circle, InteractionKind, Rest, Source
from introductions.services import renew_links_of


class ContactShape(Shape):
    """A person the business knows; at once perhaps customer, advocate and partner."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=75)
    email = serializers.CharField(
        max_length=254, allow_blank=True, required=False, help_text="One contact each."
    )
    phone = serializers.CharField(
        max_length=40, allow_blank=True, required=False, help_text="Read back as E.164."
    )
    company_name = serializers.CharField(
        max_length=100,
        allow_blank=True,
        required=False,
        help_text="A firm that is not known yet is made.",
    )
    company_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The firm by its id; see `/companies`."
    )
    job_title = serializers.CharField(max_length=100, allow_blank=True, required=False)
    postal_address = serializers.CharField(max_length=300, allow_blank=True, required=False)
    note = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    circle = serializers.ChoiceField(choices=Circle.choices, required=False)
    keep_in_touch_days = serializers.IntegerField(
        min_value=1,
        max_value=3650,
        allow_null=True,
        required=False,
        help_text="Null: as the circle has it.",
    )
    last_touch_on = serializers.DateField(read_only=True, allow_null=True)
    next_touch_on = serializers.DateField(read_only=True, allow_null=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field named as an attribute
        choices=Source.choices, required=False
    )
    met_through_id = Id(Contact, source="met_through", allow_null=True, required=False)
    customer_since = serializers.DateField(allow_null=True, required=False)
    timezone = serializers.CharField(
        max_length=64, allow_blank=True, required=False, help_text="IANA name; empty: ours."
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG, allow_blank=True),
        max_length=MOST_TAGS,
        required=False,
        help_text="What people have in common; kept in small letters, each once.",
    )
    happy_on = serializers.DateField(
        allow_null=True,
        required=False,
        help_text="When somebody of you knew that they are happy; it counts for a year.",
    )
    rests = serializers.ChoiceField(
        choices=Rest.choices,
        allow_blank=True,
        read_only=True,
        help_text="Why nothing is sent to them any more; empty: it is. Set by `rest`.",
    )
    rests_since = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class RestShape(Shape):
    """Why somebody is left in peace."""

    reason = serializers.ChoiceField(choices=SAYABLE_RESTS)


class MergeShape(Shape):
    """Which other entry is the same person."""

    other_id = serializers.UUIDField(help_text="The entry that becomes part of this one.")
    take = serializers.ListField(
        child=serializers.ChoiceField(choices=CHOOSABLE),
        max_length=len(CHOOSABLE),
        required=False,
        help_text="What is kept of the other, where both have something.",
    )


class ContactFilters(Filters):
    q = serializers.CharField(
        max_length=200,
        required=False,
        help_text="Words of the name or the firm, or how the address begins; 1,000 found at most.",
    )
    email = serializers.CharField(
        max_length=254, required=False, help_text="The whole address, however it is spelt."
    )
    circle = serializers.ChoiceField(choices=Circle.choices, required=False)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field named as an attribute
        choices=Source.choices, required=False
    )
    tag = serializers.CharField(max_length=LONGEST_TAG, required=False)
    next_touch_before = serializers.DateField(required=False, help_text="That day not included.")

    def narrow(self, rows: ContactQuerySet, given: Mapping[str, Any]) -> ContactQuerySet:
        columns = dict(given)
        if words := columns.pop("q", ""):
            rows = rows.matching(words)
        if address := columns.pop("email", ""):
            rows = rows.by_email(address)
        if tag := columns.pop("tag", ""):
            rows = rows.filter(tags__contains=[tag.casefold()])
        if day := columns.pop("next_touch_before", None):
            rows = rows.filter(next_touch_on__lt=day)
        return rows.filter(**columns)


class InteractionShape(Shape):
    """Something that happened with a contact. All but a note move the next touch on."""

    id = serializers.UUIDField(read_only=True)
    contact_id = serializers.UUIDField(read_only=True)
    kind = serializers.ChoiceField(choices=InteractionKind.choices)
    text = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    occurred_at = serializers.DateTimeField(required=False, help_text="Now, unless said.")
    minutes = serializers.IntegerField(min_value=0, max_value=1440, allow_null=True, required=False)
    created_at = serializers.DateTimeField(read_only=True)


class Contacts(Resource):
    """The people the business knows."""

    queryset = Contact.objects.select_related("company")
    serializer_class = ContactShape
    filters_class = ContactFilters
    orders: ClassVar[Mapping[str, Order]] = {
        **Resource.orders,
        "name": Order("name_key", "by name"),
    }

    def get_object(self) -> Contact:
        try:
            contact: Contact = super().get_object()
        except Http404:
            into = known_as(self.kwargs["id"])
            if into is None:
                raise
            raise MergedAway(into) from None
        return contact

    def list(self, request: Request) -> Response:
        """The people the business knows, a page at a time; those who were erased are left out."""
        return self.listed(self.rows().exclude(rests=Rest.ERASED))

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One person. An entry that became part of another answers 404 with its `contact_id`."""
        return self.shown(self.get_object())

    def create(self, request: Request) -> Response:
        """Add a person. A taken address is refused, with the `contact_id` of who has it."""
        contact = add_contact(
            business=self.request.business,
            **self.sent(ContactShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(contact, status=201)

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change what the body names, and nothing else."""
        contact = change_contact(
            contact=self.get_object(),
            changes=self.sent(ContactShape, partial=True),  # type: ignore[arg-type]  # checked by the shape
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(contact)

    @extend_schema(request=RestShape, responses=ContactShape)
    @action(detail=True, methods=["post"])
    def rest(self, request: Request, id: UUID) -> Response:
        """Leave somebody in peace: letters that have not left, asks and reminders stop."""
        contact = leave_in_peace(
            contact=self.get_object(),
            why=self.sent(RestShape)["reason"],
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(contact)

    @extend_schema(request=None, responses=ContactShape)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, id: UUID) -> Response:
        """Take that back. Reminders are open again; letters and asks that stopped stay so."""
        contact = resume_contact(contact=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(contact)

    @extend_schema(request=MergeShape, responses=ContactShape)
    @action(detail=True, methods=["post"], permission_classes=[ForGood])
    def merge(self, request: Request, id: UUID) -> Response:
        """Another entry is the same person: all that it was part of is this one's, for good. Its id
        answers 404 from then on, with the `contact_id` of this one. A second time changes nothing.
        """
        kept, sent = self.get_object(), self.sent(MergeShape)
        merge_contacts(
            kept=kept,
            other=sent["other_id"],
            take=sent.get("take", ()),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(self.found(id))

    @extend_schema(request=None, responses=ContactShape)
    @action(detail=True, methods=["post"], permission_classes=[ForGood])
    def erase(self, request: Request, id: UUID) -> Response:
        """Erase what is known of somebody, everywhere and for good. What they did still counts,
        without a name; their addresses are never written to again. A second time changes nothing.
        """
        contact = erase_contact(contact=self.get_object(), by=self.request.actor, now=clock.now())
        return self.shown(contact)

    @extend_schema(request=None, responses=ContactShape)
    @action(detail=True, methods=["post"], url_path="renew-links")
    def renew_links(self, request: Request, id: UUID) -> Response:
        """Give their pages new addresses: links sent so far lead nowhere, later letters have the
        new ones."""
        contact = self.get_object()
        renew_links_of(contact=contact, by=self.request.actor, now=clock.now())
        return self.shown(contact)


class Interactions(Resource):
    """What happened with a contact, latest first."""

    queryset = Interaction.objects.all()
    serializer_class = InteractionShape
    orders: ClassVar[Mapping[str, Order]] = {
        "-occurred_at": Order("occurred_at", "latest first", backwards=True),
        "occurred_at": Order("occurred_at", "earliest first"),
    }
    default_order = "-occurred_at"

    def list(self, request: Request, contact_id: UUID) -> Response:
        """What happened with this person."""
        return self.listed(self._contact(contact_id).interactions.all())

    def create(self, request: Request, contact_id: UUID) -> Response:
        """Keep what happened with this person."""
        interaction = log_interaction(
            contact=self._contact(contact_id),
            **self.sent(InteractionShape),
            by=self.request.actor,
            now=clock.now(),
        )
        return self.shown(interaction, status=201)

    def _contact(self, key: UUID) -> Contact:
        return get_object_or_404(Contact, pk=key)
