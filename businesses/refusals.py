"""What a person is told when something cannot be done."""

from collections.abc import Mapping
from types import MappingProxyType


class Refusal(Exception):
    """Something that may not happen, told as a sentence for the person who tried.

    Subclasses live beside the function that raises them and set `message` (a plain sentence),
    `code` (stable, for integrators) and `status` (the HTTP answer). `names` tells integrators which
    row stands in the way, as ids.
    """

    message = "That is not possible now."
    code = "refused"
    status = 409
    names: Mapping[str, str] = MappingProxyType({})

    def __init__(self, message: str | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)
