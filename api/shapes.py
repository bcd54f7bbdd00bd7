"""How resources read and what may be written: DRF's serializers, with three habits of ours.

What is not known is refused rather than dropped; rows are read by plain attribute access, since the
renderer knows dates, ids and times itself (DRF's own way costs three times as much for a page of
50); and an output never holds what a prospect has sealed.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

Read = Callable[[Any], Any]


class Shape(serializers.Serializer[Any]):
    """The shape of a resource, or of what is sent to change it.

    A name that is not part of it is an error; a read-only one is passed over, so that what was read
    can be sent back.
    """

    # What is said of a name that is not part of it.
    unknown = "There is no such field."

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        strangers = {
            name: [ErrorDetail(self.unknown, "unknown_field")]
            for name in data
            if name not in self.fields
        }
        try:
            told = super().to_internal_value(data)
        except serializers.ValidationError as error:
            wrong = cast(dict[str, Any], error.detail)
            raise serializers.ValidationError({**wrong, **strangers}) from error
        if strangers:
            raise serializers.ValidationError(strangers)
        return told

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: read(instance) for name, read in self._reads}

    @cached_property
    def _reads(self) -> list[tuple[str, Read]]:
        return [
            (name, _reading(field))
            for name, field in self.fields.items()
            if not field.write_only and name
        ]


def _reading(field: "serializers.Field[Any, Any, Any, Any]") -> Read:
    if isinstance(field, (serializers.BaseSerializer, serializers.SerializerMethodField)):
        return lambda row: field.to_representation(field.get_attribute(row))
    path = (field.source or "").split(".")
    if isinstance(field, Id):
        path[-1] += "_id"
    if isinstance(field, Label):
        [name] = path
        return lambda row: Label.SPELT.get(getattr(row, name), getattr(row, name))
    if len(path) == 1:
        [name] = path
        return lambda row: getattr(row, name)
    empty = "" if isinstance(field, serializers.CharField) else None

    def follow(row: Any) -> Any:
        for name in path:
            if row is None:
                return empty
            row = getattr(row, name)
        return row

    return follow


class Filters(Shape):
    """What a list can be narrowed by. Each name is a column, unless `narrow` knows better."""

    unknown = "There is no such parameter."

    def narrow(self, rows: Any, given: Mapping[str, Any]) -> Any:
        return rows.filter(**given)


class Id(serializers.UUIDField):
    """A link to a row of another resource, by its id: the row itself once it was read.

    `rows` are looked up behind the fence: another business's id is as unknown as an invented one.
    """

    default_error_messages = {"unknown": "There is nothing here with this id."}

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        key = super().to_internal_value(data)
        row = self.rows().filter(pk=key).first()
        if row is None:
            self.fail("unknown")
        return row

    def rows(self) -> "QuerySet[Any]":
        return self.model._default_manager.all()


class Label(serializers.CharField):
    """Which kind of resource a `…_id` beside it is of, in the singular of its address."""

    SPELT: ClassVar[Mapping[str, str]] = {
        "closedbusiness": "closed_business",
        "contactimport": "contact_import",
        "creditclaim": "credit_claim",
        "exchangerate": "exchange_rate",
        "feedbackrequest": "feedback_request",
        "givenintroduction": "given_introduction",
        "lossreason": "loss_reason",
        "ownwords": "letter",
        "rewardcode": "reward_code",
        "rewardflag": "reward_flag",
        "rewardterms": "reward_terms",
        "thankyou": "thank_you",
    }
