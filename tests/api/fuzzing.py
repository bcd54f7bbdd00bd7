"""Requests that are made from the OpenAPI document, and what every answer to them must be.

Schemathesis makes them: for each operation the edges of what the document allows and of what it
does not, then others at random, the same ones every time. Most ids become those of rows that are
there, and most texts such as people send: nearly all would end at *not found* and *invalid*.
"""

import base64
import random
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode, openapi
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.guards.worlds import a_dot

CHECKS: Sequence[CheckFunction] = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# What is allowed leads further than what is not.
MODES = (GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
DESCRIPTION = "/api/v1/schema/"

# What is sent in the place of a text or a number, by the name of its field.
PLAUSIBLE: Mapping[str, Sequence[Any]] = {
    "name": ["Jonas Falk", "Ålesund, Ødegård", "王小明"],
    "email": ["jonas@falk.example", "", "JONAS@Falk.example"],
    "phone": ["+46 40 12 34 56", ""],
    "sender_name": ["Tove Lund", ""],
    "timezone": ["Europe/Stockholm", ""],
    "amount": [1, 185_000],
    "currency": ["EUR", "SEK"],
    "rate": ["0.92"],
    "reason": ["price", "timing"],
    "closed_on": ["2026-01-31", "2025-12-31"],
    "customer_since": ["2020-02-29", None],
    "to": ["talking", "met"],
    "words": ["Hello {first_name}, how are you?", "Hello"],
    "key": ["thanks_to_advocate"],
    "body": ["Dear {first_name},\n\n{words}\n\n{sender}", "{words}"],
    "image": [base64.b64encode(a_dot()).decode()],
    "share": [100],
    "subject": ["Thank you, {first_name}", "Thank you"],
    "version": [""],
    "label": ["Town reviews"],
    "url": ["https://reviews.example/lindqvist"],
    "until": ["2199-12-31"],
    "due_on": ["2026-01-31"],
    "occurred_at": ["2026-01-31T09:30:00Z", "2026-01-31T09:30:00+02:00"],
}
# What the API calls otherwise than the code does.
CALLED = {
    "companie": "company",
    "plan": "cadence",
    "step": "cadencestep",
    "draft": "steptaken",
    "member": "membership",
    "assignee": "membership",
    "other": "contact",
    "feedback_request": "feedbackrequest",
}
REAL_IDS, REAL_WORDS = 0.85, 0.7


class Fuzzer:
    """Sends what the document leads to, with a key, and looks at each answer."""

    def __init__(self, secret: str, ids: Mapping[str, Sequence[UUID]]) -> None:
        """`ids` are those of the rows that are there, by the name of their model."""
        self._ids = ids
        self._headers = {"Authorization": f"Bearer {secret}"}
        self.schema: BaseSchema = openapi.from_wsgi(DESCRIPTION, get_wsgi_application())

    def operations(self, within: str) -> list[APIOperation[Any, Any, Any, Any]]:
        """The operations whose path begins with `within`, a whole part of it."""
        found = (result.ok() for result in self.schema.get_all_operations())
        return [
            operation
            for operation in found
            if operation.path == within or operation.path.startswith(f"{within}/")
        ]

    def edges(self, operation: Any, *, most: int) -> Iterator[Case]:
        """Cases at the edges of what the document says, evenly chosen where there are more."""
        config = self.schema.config.generation_for(operation=operation, phase="coverage")
        cases = [
            *self.schema.iter_coverage_cases(
                operation, generation_modes=[*BOTH], generation_config=config
            )
        ]
        yield from cases[:: -(-len(cases) // most)]

    def try_out(self, operation: Any, *, edges: int, examples: int) -> Counter[int]:
        """How often the operation answered with each status. Raises for an answer that may not be.

        Each request finds everything as it was before.
        """
        seen: Counter[int] = Counter()
        for case in self.edges(operation, most=edges):
            seen[self._send(case)] += 1

        @settings(
            max_examples=examples,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[*HealthCheck],
        )
        @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES)))
        def at_random(case: Case) -> None:
            seen[self._send(case)] += 1

        at_random()
        return seen

    def _send(self, case: Case) -> int:
        self._make_real(case)
        with transaction.atomic():
            response = case.call(headers=self._headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=[*CHECKS], headers=self._headers)
        return int(response.status_code)

    def _make_real(self, case: Case) -> None:
        # The same case gets the same values, however often it is tried.
        chance = random.Random(f"{case.operation.label} {case!r}")
        for sent in (case.path_parameters, case.query, case.body):
            if isinstance(sent, MutableMapping):
                self._make_values_real(sent, case.operation.path, chance)

    def _make_values_real(
        self, sent: MutableMapping[str, Any], path: str, chance: random.Random
    ) -> None:
        for name, value in sorted(sent.items()):
            if _is_id(value):
                rows = self._rows_of(name, path)
                if rows and chance.random() < REAL_IDS:
                    sent[name] = str(chance.choice(rows))
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, MutableMapping):
                        self._make_values_real(part, path, chance)
            elif name in PLAUSIBLE and value is not None and chance.random() < REAL_WORDS:
                sent[name] = chance.choice(PLAUSIBLE[name])

    def _rows_of(self, name: str, path: str) -> Sequence[UUID]:
        """Whose ids a field of this name holds: `ask_id`, or `id` in /api/v1/asks/{id}."""
        before = path.split("/{id}")[0].rpartition("/")[2]
        noun = (before if name == "id" else name.removesuffix("_id")).replace("-", "")
        single = noun.removesuffix("s")
        for known in (noun, single, CALLED.get(single, ""), "contact"):
            if known in self._ids:
                return self._ids[known]
        return ()


def _is_id(value: object) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and bool(UUID(value))
    return False
