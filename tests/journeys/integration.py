"""A program with a key, far from the browser."""

import json
import urllib.error
import urllib.request
from typing import Any


class Integration:
    """Speaks to the running product by HTTP, and stops at any answer that is none of the good."""

    def __init__(self, url: str, secret: str) -> None:
        self._base = f"{url}/api/v1"
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, body: object = None, *, key: str = "") -> Any:
        """`key` is the Idempotency-Key: the same request with it does nothing again."""
        return self._ask("POST", path, body, {"Idempotency-Key": key} if key else {})

    def rows(self, path: str) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        found, at = [], path
        while at:
            page = self.get(at)
            found += page["results"]
            at = (page["next"] or "").removeprefix(self._base)
        return found

    def only(self, path: str) -> dict[str, Any]:
        [row] = self.rows(path)
        return row

    def _ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Any:
        request = urllib.request.Request(
            self._base + path,
            data=None if method == "GET" else json.dumps(body or {}).encode(),
            headers=self._headers | (headers or {}),
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{method} {path}: {problem.read().decode()}") from problem
