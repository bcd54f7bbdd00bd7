"""Words with named fields, such as `{first_name}`: checked when they are written, then filled."""

import re
from collections.abc import Collection, Mapping

from businesses.refusals import Refusal

_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")


class UnknownField(Refusal):
    """Names a field that this letter does not have, before anybody gets to read it."""

    message = "There is a field in these words that this letter does not have."
    code = "unknown_field"
    status = 422


class WordsMissing(Refusal):
    message = "Write a few words."
    code = "words_missing"
    status = 422


def checked_words(text: str, known: Collection[str]) -> str:
    """The text with even line ends. Raises `UnknownField`, `WordsMissing`."""
    clean = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not clean:
        raise WordsMissing
    for name in _FIELD.findall(clean):
        if name not in known:
            names = ", ".join(f"{{{one}}}" for one in known)
            there = f"There are {names}." if known else "Write out what it should say."
            raise UnknownField(f"There is no field {{{name}}} here. {there}")
    return clean


def filled(text: str, fields: Mapping[str, str]) -> str:
    """Each known field in its place, in one pass: what is filled in is not looked at again."""
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), text)
