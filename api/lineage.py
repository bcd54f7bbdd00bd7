"""/contacts/{id}/lineage: who brought whom, and what came in through somebody."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.resource import Resource
from api.shapes import Shape
from api.worth import RULE, WorthShape, told
from contacts.models import Contact
from insights.attribution import bringers, credited_to, rule_in_words, who_brought
from insights.lineage import Person, tree_of


class BehindShape(Shape):
    """Somebody in the tree. The first of them is whose tree it is."""

    contact_id = serializers.UUIDField()
    parent_id = serializers.UUIDField(allow_null=True, help_text="Who brought them, nearest by.")
    also_by_ids = serializers.ListField(
        child=serializers.UUIDField(), help_text="Who shares that credit."
    )
    generation = serializers.IntegerField()
    sent_on = serializers.DateField(allow_null=True)
    own = WorthShape(
        help_text="What came from them through whose tree it is, before it is shared; of the first"
        " one, all that they paid. Less what was given back."
    )
    branch = WorthShape(help_text="With everybody behind them.")


class LineageShape(Shape):
    """The people behind somebody, and what is credited to them."""

    contact_id = serializers.UUIDField()
    generations = serializers.IntegerField()
    direct = WorthShape(help_text="By those whom they sent, in their part of the credit.")
    through = WorthShape(help_text="By those whom these sent in turn.")
    rule = serializers.CharField(help_text=RULE)
    people = BehindShape(many=True)


class Lineage(Resource):
    """Who brought whom."""

    queryset = Contact.objects.all()
    serializer_class = LineageShape

    @extend_schema(responses=LineageShape, tags=["contacts"], operation_id="contacts_lineage")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """The tree behind one contact: generations, and value by branch."""
        contact, business = get_object_or_404(Contact, pk=id), self.request.business
        tree = tree_of(contact, business=business)
        credited = credited_to(contact, business=business)
        return Response(
            {
                "contact_id": contact.pk,
                "generations": tree.generations,
                "direct": told(credited.direct),
                "through": told(credited.through),
                "rule": credited.rule,
                "people": [_told(person) for person in tree.people.values()],
            }
        )


class BringerShape(Shape):
    """Somebody who sent people, and what came in through them."""

    contact_id = serializers.UUIDField()
    people = serializers.IntegerField(help_text="How many they sent.")
    direct = WorthShape(help_text="By those whom they sent, in their part of the credit.")
    through = WorthShape(help_text="By those whom these sent in turn.")


class AllBringersShape(Shape):
    """Everybody who is credited with somebody, by name."""

    rule = serializers.CharField(help_text=RULE)
    results = BringerShape(many=True)


class Bringers(Resource):
    """Who brings business."""

    queryset = Contact.objects.all()
    serializer_class = BringerShape

    @extend_schema(responses=AllBringersShape, tags=["contacts"], operation_id="bringers_list")
    def everything(self, request: Request) -> Response:
        """Everybody who sent somebody, by name and never by how much, with what came of it."""
        business = self.request.business
        results = [
            {
                "contact_id": one.contact.pk,
                "people": one.people,
                "direct": told(one.direct),
                "through": told(one.through),
            }
            for one in who_brought(list(bringers().by_name()), business=business)
        ]
        return Response({"rule": rule_in_words(business), "results": results})


def _told(person: Person) -> dict[str, Any]:
    return {
        "contact_id": person.id,
        "parent_id": person.parent,
        "also_by_ids": person.also_by,
        "generation": person.generation,
        "sent_on": person.since,
        "own": told(person.own),
        "branch": told(person.branch),
    }
