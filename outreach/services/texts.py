"""Letters in a business's own words: kept, put back, looked at, and tried on oneself."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.inserting import insert_once
from businesses.models import Business, User
from businesses.refusals import Refusal
from contacts.models import Contact
from outreach.cadences import EXAMPLES, mail_kind_of
from outreach.carried import with_button
from outreach.catalogue import (
    EDITABLE,
    LETTERS,
    NUDGE,
    PLAN,
    THANKS,
)
from outreach.catalogue_of_handshakes import HOST_ADDS
from outreach.letter_texts import FIRM_ALONE, FIRM_WITH_TRADE, LetterText, Words
from outreach.letters import Rendered
from outreach.models import CadenceStep, OwnWords, StepTaken, Trigger
from outreach.models.cadence import THANKS_TRIGGERS
from outreach.preview import (
    OWN_LINK,
    around,
    filled_for,
    preview_letter,
    preview_of,
    without_addresses,
)
from outreach.senders import introduction_of, name_of, owner_of
from outreach.sources import Form, Value
from outreach.states import MailKind
from outreach.words import checked_letter, filled
from outreach.writing import compose, fitting, subject_as_sent, words_of


class LetterChangedMeanwhile(Refusal):
    message = (
        "Somebody else changed this letter while you were writing. What it says now stands below"
        " your words; press Keep again to put yours in its place."
    )
    code = "letter_changed_meanwhile"


class UnknownLetter(Refusal):
    message = "There is no such letter."
    code = "unknown_letter"
    status = 404


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter as it stands with a business. `version` changes with its words."""

    letter: LetterText
    words: Words
    changed_at: datetime | None

    @property
    def is_own(self) -> bool:
        return self.words != self.letter.original

    @property
    def version(self) -> str:
        said = f"{self.words.subject}\n{self.words.body}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def own_letters(*, business: Business) -> Sequence[OwnLetter]:
    """Every letter that can be put in other words, in the order of what happens; one query."""
    rows = {row.letter: row for row in OwnWords.objects.filter(business=business)}
    return [_standing(letter, rows.get(key)) for key, letter in EDITABLE.items()]


def own_letter(*, business: Business, key: str) -> OwnLetter:
    """One of them. Raises `UnknownLetter`."""
    letter = EDITABLE.get(key)
    if letter is None:
        raise UnknownLetter
    row = OwnWords.objects.filter(business=business, letter=key).first()
    return _standing(letter, row)


def keep_words(
    *,
    business: Business,
    key: str,
    subject: str,
    body: str,
    seen: str = "",
    by: Actor,
    now: datetime,
) -> OwnLetter:
    """Put a letter in other words, for whatever is queued from now on.

    `seen` is the version that was changed: raises `LetterChangedMeanwhile` where it is another by
    now, unless it says the same. The original's words again put it back. Raises what
    `checked_letter` raises, and `UnknownLetter`.
    """
    letter = own_letter(business=business, key=key).letter
    words = checked_letter(letter, subject, body)
    row = _locked(business, key)
    known = _standing(letter, row)
    if known.words == words:
        return known
    if seen and seen != known.version:
        raise LetterChangedMeanwhile
    if words == letter.original:
        return _put_back(letter, row, by, now)
    if row is None:
        row = OwnWords(business=business, letter=key, created_at=now)
    row.subject, row.body, row.changed_at = words.subject, words.body, now
    if row._state.adding and not insert_once(row):
        raise LetterChangedMeanwhile
    row.save()
    _record("letter.changed", row, by, now)
    return OwnLetter(letter, words, now)


def restore_words(*, business: Business, key: str, by: Actor, now: datetime) -> OwnLetter:
    """What it said at first. A second press finds it so. Raises `UnknownLetter`."""
    letter = own_letter(business=business, key=key).letter
    return _put_back(letter, _locked(business, key), by, now)


def try_letter(
    *,
    letter: LetterText,
    words: Words,
    business: Business,
    sender: User,
    contact: Contact | None,
    link: str = "",
) -> Rendered:
    """The letter as it might leave, with this person's name.

    What only a real letter knows, such as who was introduced, is an example. Every link is `link`;
    without one nothing in the letter leads anywhere.
    """
    buttons = {name: link or OWN_LINK for name, form in letter.forms.items() if form == Form.BUTTON}
    values = {**letter.examples, **buttons, **_known(letter, business, sender, contact)}
    if values.get("booking_link"):
        values["booking_link"] = link or OWN_LINK
    return _tried(letter, words, values, business, letter.mail_kind, link)


def try_step(
    *,
    step: CadenceStep,
    business: Business,
    sender: User,
    contact: Contact | None,
    link: str = "",
) -> Rendered:
    """The letter of a plan's step, in the same way.

    Thanks leave within the letter for thanks, what reminds of an ask within that for it.
    """
    trigger = Trigger(step.cadence.trigger)
    # Words are filled as the step is taken, before anybody sends them: in the owner's name.
    fields = EXAMPLES | {"firm": business.name, "sender": owner_of(business).first_name}
    if contact is not None:
        fields["first_name"] = contact.first_name
    words = filled(step.words, fields)
    subject = filled(step.subject, fields)
    letter = LETTERS[_LETTER_AROUND.get(trigger, PLAN)]
    said: dict[str, Value] = {"subject": subject, "words": words}
    if letter.key == PLAN:
        said |= with_button(words, link or OWN_LINK)
    known = _known(letter, business, sender, contact)
    values = {**letter.examples, **known, **said}
    values |= {name: link or OWN_LINK for name, form in letter.forms.items() if form == Form.BUTTON}
    kind = mail_kind_of(trigger)
    return _tried(letter, words_of(business, letter), values, business, kind, link)


def preview_of_draft(*, draft: StepTaken, sender: User) -> Rendered:
    """A letter of a plan as its reader will see it, or has; none of its links leads anywhere."""
    business, contact = draft.business, draft.enrolment.contact
    owner = owner_of(business).name
    if draft.message is not None and draft.message.text:
        return preview_of(draft.message, owner=owner)
    trigger = Trigger(draft.enrolment.cadence.trigger)
    letter = LETTERS[_LETTER_AROUND.get(trigger, PLAN)]
    said: dict[str, Value] = with_button(draft.words, OWN_LINK)
    links = {name: OWN_LINK for name, form in letter.forms.items() if form == Form.BUTTON}
    return preview_letter(
        business=business,
        owner=owner,
        template=letter.key,
        context={
            **letter.examples,
            **around(business),
            **links,
            **(said if letter.key == PLAN else {"words": draft.words}),
            "first_name": contact.first_name,
            "subject": draft.subject,
            "sender": name_of(sender, business),
        },
        mail_kind=mail_kind_of(trigger),
    )


_LETTER_AROUND = dict.fromkeys(THANKS_TRIGGERS, THANKS) | {Trigger.ASK_SENT: NUDGE}


def _tried(
    letter: LetterText,
    words: Words,
    values: Mapping[str, Value],
    business: Business,
    mail_kind: MailKind,
    link: str,
) -> Rendered:
    stop_link = (link or OWN_LINK) if letter.has_stop_link else ""
    context = {**values, **around(business), "stop_link": stop_link}
    rendered = compose(letter, words, context)
    rendered = replace(rendered, subject=subject_as_sent(rendered.subject, mail_kind))
    owner = owner_of(business).name
    rendered = filled_for(rendered, business=business, owner=owner)
    return rendered if link else replace(rendered, html=without_addresses(rendered.html))


def _known(
    letter: LetterText, business: Business, sender: User, contact: Contact | None
) -> Mapping[str, Value]:
    """What is real: who writes, the firm, and the person it is tried with."""
    name = name_of(sender, business) or "(your name)"
    tagline = business.tagline
    about_firm = FIRM_WITH_TRADE if tagline else FIRM_ALONE
    host_words = introduction_of(sender, business) if "host_adds" in letter.names else ""
    ours: dict[str, Value] = {
        "host_words": host_words,
        "host_adds": HOST_ADDS if host_words else "",
        "booking_link": business.booking_link,
        "sender": name,
        "host": name,
        "host_email": sender.email,
        "tagline": tagline,
        "about_firm": about_firm,
    }
    known = {field: value for field, value in ours.items() if field in letter.examples}
    if contact is not None:
        known |= {field: getattr(contact, what) for field, what in letter.tried_as.items()}
    return known


def _standing(letter: LetterText, row: OwnWords | None) -> OwnLetter:
    return OwnLetter(letter, fitting(letter, row), row.changed_at if row else None)


def _locked(business: Business, key: str) -> OwnWords | None:
    rows = OwnWords.objects.filter(business=business, letter=key)
    return rows.select_for_update(of=("self",), no_key=True).first()


def _put_back(letter: LetterText, row: OwnWords | None, by: Actor, now: datetime) -> OwnLetter:
    if row is not None:
        _record("letter.restored", row, by, now)
        OwnWords.objects.filter(pk=row.pk).delete()
    return OwnLetter(letter, letter.original, None)


def _record(name: str, row: OwnWords, by: Actor, now: datetime) -> None:
    record_event(
        business=row.business,
        name=name,
        actor=by,
        subject=row,
        payload={"letter": row.letter},
        now=now,
    )
