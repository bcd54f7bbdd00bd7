"""Requests that are made from the OpenAPI document, and what every answer to them must be.

Schemathesis makes them: for each operation the edges of what the document allows and of what it
does not, then others at random, the same ones every time. Before that a request is looked for that
succeeds, at one row after another, with texts such as people send. Most of the later ones name the
rows of that one: nearly all would end at *not found*, *not now* and *invalid*.
"""

import base64
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from functools import partial
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
# How often an id is that of the row at which it succeeded, how often of any row or of that one; the
# others name what is not there.
GOOD_IDS, REAL_IDS, REAL_WORDS = 0.6, 0.85, 0.7
# So many rows and more are tried before it is said that an operation never works.
MOST_TRIES = 150


# Which of the rows a field of that name is to hold; none where it keeps what it has.
Pick = Callable[[str, Sequence[UUID]], str | None]


class Fuzzer:
    """Sends what the document leads to, with a key, and looks at each answer."""

    def __init__(self, secret: str, ids: Mapping[str, Sequence[UUID]]) -> None:
        """`ids` are those of the rows that are there, by the name of their model."""
        self._ids = ids
        self._headers = {"Authorization": f"Bearer {secret}"}
        # With which rows an operation succeeded, by its label and the name of what holds the id.
        self._good: dict[tuple[str, str], str] = {}
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
        seen = self._look_for_a_way(operation)
        for case in self.edges(operation, most=edges):
            seen[self._send_at_random(case)] += 1

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
            seen[self._send_at_random(case)] += 1

        at_random()
        return seen

    def _look_for_a_way(self, operation: Any) -> Counter[int]:
        """Try what is allowed at one row after another until it succeeds, and remember the rows."""
        seen: Counter[int] = Counter()
        config = self.schema.config.generation_for(operation=operation, phase="coverage")
        allowed = [
            *self.schema.iter_coverage_cases(
                operation, generation_modes=[GenerationMode.POSITIVE], generation_config=config
            )
        ]
        chance = random.Random(operation.label)
        for turn in range(MOST_TRIES):
            # In the same places again other rows, and other words.
            case = chance.choice(allowed)
            picked = self._make_real(case, partial(_in_turn, turn, chance), chance, words=1.0)
            status = self._send(case)
            seen[status] += 1
            if status < 300:
                self._good |= {(operation.label, name): row for name, row in picked.items()}
                break
        return seen

    def _send_at_random(self, case: Case) -> int:
        # The same case gets the same values, however often it is tried.
        chance = random.Random(f"{case.operation.label} {case!r}")
        label = case.operation.label
        self._make_real(case, partial(self._good_row, label, chance), chance, words=REAL_WORDS)
        return self._send(case)

    def _send(self, case: Case) -> int:
        with transaction.atomic():
            response = case.call(headers=self._headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=[*CHECKS], headers=self._headers)
        return int(response.status_code)

    def _good_row(
        self, label: str, chance: random.Random, name: str, rows: Sequence[UUID]
    ) -> str | None:
        drawn = chance.random()
        good = self._good.get((label, name))
        if good and drawn < GOOD_IDS:
            return good
        return str(chance.choice(rows)) if drawn < REAL_IDS else None

    def _make_real(
        self, case: Case, pick: Pick, chance: random.Random, *, words: float
    ) -> Mapping[str, str]:
        """Put rows and words into a request, in its own place; the rows that were named."""
        picked: dict[str, str] = {}
        for sent in (case.path_parameters, case.query, case.body):
            if isinstance(sent, MutableMapping):
                self._make_values_real(sent, case.operation.path, pick, chance, words, picked)
        return picked

    def _make_values_real(
        self,
        sent: MutableMapping[str, Any],
        path: str,
        pick: Pick,
        chance: random.Random,
        words: float,
        picked: dict[str, str],
    ) -> None:
        for name, value in sorted(sent.items()):
            if _is_id(value):
                rows = self._rows_of(name, path)
                if rows and (row := pick(name, rows)):
                    sent[name] = picked[name] = row
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, MutableMapping):
                        self._make_values_real(part, path, pick, chance, words, picked)
            elif name in PLAUSIBLE and value is not None and chance.random() < words:
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


def _in_turn(turn: int, chance: random.Random, name: str, rows: Sequence[UUID]) -> str:
    """One row after another, those first that were made last; any, where two are named."""
    return str(rows[-1 - turn % len(rows)] if name == "id" else chance.choice(rows))


def _is_id(value: object) -> bool:
    with suppress(ValueError):
        return isinstance(value, str) and bool(UUID(value))
    return False
