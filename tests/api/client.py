"""A client that speaks as an integration does: JSON, with a key."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from businesses import clock
from businesses.keys import make_api_key
from businesses.models import Business, Scope, User

JSON = "application/json"
Answer = Any


class ApiClient(Client):
    """`api.post("/contacts", {"name": "Marta"})`: paths begin after /api/v1."""

    def __init__(self, secret: str = "", *, scheme: str = "Bearer") -> None:
        super().__init__(headers={"Authorization": f"{scheme} {secret}"} if secret else None)
        self.secret = secret

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().generic(method, within(path), *args, **kwargs)

    def get(self, path: str, data: Any = None, *args: Any, **kwargs: Any) -> Answer:
        return super().get(within(path), data, *args, **kwargs)

    def post(
        self, path: str, data: Any = None, content_type: str = JSON, *, key: str = "", **more: Any
    ) -> Answer:
        """`key` is the Idempotency-Key."""
        if key:
            more["headers"] = {**(more.get("headers") or {}), "Idempotency-Key": key}
        return super().post(within(path), {} if data is None else data, content_type, **more)

    def patch(
        self, path: str, data: Any = None, content_type: str = JSON, *args: Any, **more: Any
    ) -> Answer:
        return super().patch(within(path), {} if data is None else data, content_type, **more)

    def put(
        self, path: str, data: Any = None, content_type: str = JSON, *args: Any, **more: Any
    ) -> Answer:
        return super().put(within(path), {} if data is None else data, content_type, **more)


def within(path: str) -> str:
    """The path below /api/v1; whole addresses (`next`) stay as they are."""
    if path.startswith(("http:", "https:", "/api/")):
        return path.removeprefix("http://testserver")
    return f"/api/v1{path}"


def with_a_key(
    business: Business, user: User, scope: Scope = Scope.WRITE, *, name: str = "Shop"
) -> ApiClient:
    """A client with a new key of this business, made by this user in Settings."""
    _, secret = make_api_key(
        business=business, name=name, scope=scope, made_by=user, now=clock.now()
    )
    return ApiClient(secret)


def refusal(answer: Answer) -> tuple[int, str]:
    """Status and code of a problem, after looking that it is one."""
    problem: Mapping[str, Any] = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    return answer.status_code, problem["code"]


def wrong_fields(answer: Answer) -> dict[str, str]:
    """What the problem says of each field or parameter: its code by its name."""
    assert refusal(answer) == (400, "invalid")
    return {
        error.get("parameter", error.get("pointer", "")).lstrip("/"): error["code"]
        for error in answer.json()["errors"]
    }


def pages(client: ApiClient, path: str, limit: int) -> list[list[dict[str, Any]]]:
    """All pages of a list, walked by `next`."""
    found = []
    at: str | None = f"{path}{'&' if '?' in path else '?'}limit={limit}"
    while at is not None:
        answer = client.get(at)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found.append(page["results"])
        at = page["next"]
    return found


def queries_of(client: ApiClient, path: str) -> int:
    """How many queries this list needs, once its key was used within the minute."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return len(captured)
