"""Names, as people write them: any script, any order, but nothing that could act as something else.

A name ends up in subjects and bodies of letters to strangers, so what mail programs would turn into
a link, a header or markup is refused rather than quietly repaired.
"""

import re
import unicodedata

from businesses.refusals import Refusal

LONGEST_NAME = 75


class NameNeeded(Refusal):
    message = "Please give a name."
    code = "name_needed"
    status = 422


class NameNotAllowed(Refusal):
    message = "Please give just the name."
    code = "name_not_allowed"
    status = 422


# Everything Python or a mail library might take for the end of a line.
_LINE_BREAKS = re.compile("[\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
# Invisible marks that can turn text around or hide in it. The joiners U+200C and U+200D stay:
# Persian and Indic names are written with them.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_LINK = re.compile(
    r"://|\bhttps?:|\bwww\.|\w/\w+\.\w|"
    r"\b[\w-]{2,}\.(?:com|net|org|info|biz|io|ru|cn|xyz|top|online|site|shop|club|app|dev|link|"
    r"click|ly|example|co\.\w\w)\b",
    re.IGNORECASE,
)
_TITLES = frozenset(
    {"dr", "dra", "drs", "dott", "prof", "professor", "ing", "mag", "dipl", "rev", "revd", "fr"}
    | {"mr", "mrs", "ms", "mx", "miss", "sir", "dame", "herr", "frau", "mme", "mlle", "m"}
    | {"sr", "sra", "srta", "sig"}
)


def clean_name(text: str) -> str:
    """The name in composed Unicode with single spaces between its words.

    Raises `NameNeeded` for an empty one and `NameNotAllowed` for line breaks, links, addresses,
    markup and more than 75 characters; each says what is wrong.
    """
    name = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()
    if _LINE_BREAKS.search(name):
        raise NameNotAllowed("A name fits on one line.")
    name = " ".join(name.split())
    if not any(character.isalnum() for character in name):
        raise NameNeeded
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in name):
        raise NameNotAllowed("This name holds characters that cannot be shown.")
    if any(mark in name for mark in "<>{}"):
        raise NameNotAllowed("A name cannot hold any of < > { }.")
    if _LINK.search(name):
        raise NameNotAllowed("Please give the name without a link.")
    if "@" in name:
        raise NameNotAllowed("Please give the name here, not an address.")
    if len(name) > LONGEST_NAME:
        raise NameNotAllowed(f"A name can be {LONGEST_NAME} characters long.")
    return name


def first_name_of(name: str) -> str:
    """The first word that is no title; the one after the comma in `Kovács, Marta`."""
    _, comma, given = name.partition(",")
    words = (given if comma and given.strip() else name).split()
    for word in words:
        if word.rstrip(".").casefold() not in _TITLES:
            return word.rstrip(",")
    return " ".join(words)
