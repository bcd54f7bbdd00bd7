"""What something is about, where the row itself is not at hand."""

from typing import NamedTuple
from uuid import UUID

from django.db import models


class Subject(NamedTuple):
    """A row by its model's name and its id."""

    label: str
    id: UUID

    @classmethod
    def of(cls, row: "models.Model | Subject") -> "Subject":
        return row if isinstance(row, Subject) else cls(str(row._meta.model_name), row.pk)
