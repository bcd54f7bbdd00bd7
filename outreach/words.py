"""Words with named fields, such as `{first_name}`: checked when they are written, then filled."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from django.conf import settings

from businesses.refusals import Refusal
from outreach.carried import BRACED, carries
from outreach.catalogue import ONLY_IN_ASKS
from outreach.letter_texts import LetterText, Named, Words
from outreach.models.own_words import LONGEST_BODY, LONGEST_SUBJECT
from outreach.sources import names_in, parsed

# Begins what is said of a subject.
IN_SUBJECT = "In the subject: "
_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")
# What nobody types: control characters, apart from line ends and tabs.
_NOT_TYPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class UnknownField(Refusal):
    """Names a field that this letter does not have, before anybody gets to read it."""

    message = "There is a field in these words that this letter does not have."
    code = "unknown_field"
    status = 422


class WordsMissing(Refusal):
    message = "Write a few words."
    code = "words_missing"
    status = 422


class BraceLeftOpen(Refusal):
    """`message` says where."""

    message = "There is a brace without its other half. A field stands in two of them: {firm}."
    code = "brace_left_open"
    status = 422


class FieldMissing(Refusal):
    """`message` says which, and what would be lost."""

    message = "Something is missing without which this letter cannot do what it is for."
    code = "field_missing"
    status = 422


class FieldNotAlone(Refusal):
    """`message` says which."""

    message = "One of the fields needs a line of its own, with an empty line above and below."
    code = "field_not_alone"
    status = 422


class FieldNotInSubject(Refusal):
    """`message` says which."""

    message = "One of the fields is too much for a subject. It can stand in the letter."
    code = "field_not_in_subject"
    status = 422


class OnlyInAsks(Refusal):
    """A friendly touch never carries an ask."""

    message = "Only an ask can carry that. Thanks, news and friendly letters never ask."
    code = "only_in_asks"
    status = 422


class OwnAddressInWords(Refusal):
    """An address with somebody's key in it, which would let every reader in as that person."""

    message = (
        "There is an address of Handshake in these words. Each of those belongs to one person, and"
        " everybody who reads the letter could use it. Use the field that makes the button."
    )
    code = "own_address_in_words"
    status = 422


class SubjectUnfit(Refusal):
    message = f"A subject is one line of {LONGEST_SUBJECT} letters at most."
    code = "subject_unfit"
    status = 422


class WordsTooLong(Refusal):
    message = f"A letter of more than {LONGEST_BODY} letters is read by nobody."
    code = "words_too_long"
    status = 422


def checked_words(text: str, known: Collection[str]) -> str:
    """The text with even line ends.

    Raises `WordsMissing`, `OwnAddressInWords`, `UnknownField`, `OnlyInAsks`, and, where there are
    fields at all, `BraceLeftOpen`.
    """
    clean = _NOT_TYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not clean:
        raise WordsMissing
    _refuse_own_addresses(clean)
    for name in _FIELD.findall(clean):
        if name not in known:
            raise _unknown(name, known)
    if known:
        _refuse_open_braces(clean)
    return clean


def checked_letter(letter: LetterText, subject: str, body: str) -> Words:
    """Own words for this letter, as they are kept. Raises what says what is wrong, and where.

    In what is needed nothing may be left out: links, what is disclosed, what somebody wrote.
    """
    line = subject.strip()
    if "\n" in line or "\r" in line or len(line) > LONGEST_SUBJECT:
        raise SubjectUnfit
    known = {field.name: field for field in letter.fields}
    words = Words(_checked_subject(line, known), checked_words(body, known))
    if len(words.body) > LONGEST_BODY:
        raise WordsTooLong
    for name in sorted(names_in(words.subject)):
        if known[name].stands_alone:
            raise FieldNotInSubject(
                f"{_braced(name)} is too much for a subject. It can stand in the letter."
            )
    _refuse_missing(letter, words)
    _refuse_crowded(known, words.body)
    return words


def refuse_misplaced_button(subject: str, words: str) -> None:
    """Raise `FieldNotInSubject` or `FieldNotAlone` for the button of a plan's letter."""
    if BRACED in subject:
        raise FieldNotInSubject(f"{BRACED} is too much for a subject. It can stand in the letter.")
    if BRACED in words and not carries(words):
        raise FieldNotAlone(f"{BRACED} needs a line of its own, once.")


def refuse_keyed_addresses(*texts: str) -> None:
    """Raise `OwnAddressInWords` where words typed for one person hold an address with a key in it.

    In thanks it would ask, in an ask it would let its reader in as somebody else. What a business
    shows to everybody (`/t/`) has no key, and may be named.
    """
    if any(_own_address(text, but="t/") for text in texts):
        raise OwnAddressInWords(
            "There is an address of Handshake in these words. Each of those belongs to one person,"
            " and whoever reads the letter could use it. Leave it out: what the letter needs is in"
            " it by itself."
        )


def filled(text: str, fields: Mapping[str, str]) -> str:
    """Each known field in its place, in one pass: what is filled in is not looked at again."""
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), text)


def _checked_subject(line: str, known: Collection[str]) -> str:
    try:
        return checked_words(line, known)
    except Refusal as refusal:
        raise type(refusal)(f"{IN_SUBJECT}{refusal.message}") from refusal


def _unknown(name: str, known: Collection[str]) -> Refusal:
    meant = "_".join(name.casefold().replace("’", "").replace("'", "").split())
    # Letters about an ask are about whom you asked for.
    if meant in ONLY_IN_ASKS and "wanted" not in known:
        return OnlyInAsks(
            f"Only an ask carries {_braced(meant)}. Thanks, news and friendly letters never ask."
        )
    near = [meant] if meant in known else get_close_matches(meant, known, n=1)
    if near:
        return UnknownField(
            f"There is no field {_braced(name)} here. Did you mean {_braced(near[0])}?"
        )
    names = ", ".join(_braced(one) for one in known)
    there = f"There are {names}." if known else "Write out what it should say."
    return UnknownField(f"There is no field {_braced(name)} here. {there}")


def _refuse_open_braces(text: str) -> None:
    for number, line in enumerate(_FIELD.sub("", text).split("\n"), 1):
        if "{" in line or "}" in line:
            found = text.split("\n")[number - 1].strip()
            shown = found if len(found) <= 60 else f"{found[:59]}…"
            raise BraceLeftOpen(
                f"In line {number} a brace has no other half: “{shown}”. A field stands between"
                " two of them, such as {firm}."
            )


def _refuse_own_addresses(text: str) -> None:
    if _own_address(text):
        raise OwnAddressInWords


def _own_address(text: str, but: str = "") -> bool:
    """Whether an address of Handshake stands there; one that goes on with `but` does not count."""
    ours = re.escape(urlsplit(settings.PUBLIC_URL).netloc)
    others = f"(?!{but})" if but else ""
    return bool(re.search(rf"(?<![\w.-]){ours}/{others}", text, re.IGNORECASE))


def _refuse_missing(letter: LetterText, words: Words) -> None:
    there = names_in(words.body)
    missing = [field for field in letter.fields if field.needed and field.name not in there]
    if missing:
        raise FieldMissing(
            " ".join(f"{_braced(one.name)} is missing: {one.needed}." for one in missing)
        )


def _refuse_crowded(known: Mapping[str, Named], body: str) -> None:
    alone = {block.only for block in parsed(body)}
    for name in sorted(names_in(body)):
        if known[name].stands_alone and (name not in alone or body.count(_braced(name)) > 1):
            raise FieldNotAlone(
                f"{_braced(name)} needs a line of its own, once, with an empty line above and"
                " below it."
            )


def _braced(name: str) -> str:
    return f"{{{name}}}"
