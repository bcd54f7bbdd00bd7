"""Many rows at once, by COPY as the schema owner; and ids that follow the time of a row."""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def copy_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the rows; what one does not say takes the field's default."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = [field.attname for field in fields]
    defaults = [field.get_default() for field in fields]
    of_lists = {field.attname for field in fields if isinstance(field, ArrayField)}
    lines = io.StringIO()
    for row in rows:
        values = [
            _as_list(row.get(name, default)) if name in of_lists else row.get(name, default)
            for name, default in zip(names, defaults, strict=True)
        ]
        lines.write("\t".join(map(_as_text, values)) + "\n")
    lines.seek(0)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', lines, 1 << 20
        )


def _as_list(words: Sequence[str]) -> str:
    """As PostgreSQL writes an array."""
    return f"{{{','.join(json.dumps(word) for word in words)}}}"


def _as_text(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        value = json.dumps(value)
    return str(value).translate(_ESCAPES)


def uuid_at(random: Random, instant: datetime) -> UUID:
    """A UUIDv7 of that moment, the same for the same seed (RFC 9562, 5.7)."""
    milliseconds = int(instant.timestamp() * 1000)
    rest = random.getrandbits(74)
    high, low = rest >> 62, rest & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
