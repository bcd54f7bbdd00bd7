"""What one could do for somebody, from what is known: in sentences, the plainest first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db.models import F, Func, Min, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace

from businesses import clock
from businesses.models import Business
from contacts.models import Company, Contact
from contacts.states import Circle
from giving.models import GivenIntroduction
from insights.partners import shared, words_of
from referrals.models import Credit, ThankYou
from referrals.states import PublicState, ThanksState

# Days before an anniversary on which it is worth a thought.
SOON = 30
LOOKED_AT = 300
MOST = 3
# A note in which somebody asks for something, sentence by sentence.
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ASKING = "(ask|look|need|want|seek|search)(s|ed|ing)?"
_LOOKS_FOR = re.compile(rf"\b{_ASKING}\b", re.IGNORECASE)
_LONGEST_QUOTE = 120
# Long enough to be looked for, and still no sign of anything.
_SAY_LITTLE = frozenset(
    words_of(
        "about after again before business could does firm firms from hand have into many more most"
        " need needs only other over owner owners people person small some somebody than that their"
        " them then there they this those want wants what when where which who whom whose will with"
        " work works would year years your"
    )
)


@dataclass(frozen=True, slots=True)
class Kindness:
    """A thing to do for them, and why; whom to introduce, or which thank-you it is about."""

    kind: str
    says: str
    contact: Contact | None = None
    thank_you_id: UUID | None = None


def kindnesses_for(
    *, who: Company | Contact, business: Business, now: datetime
) -> Sequence[Kindness]:
    """What could be done for this firm or person. Four queries at most.

    Nothing for whoever is left in peace, and nobody at a firm who is so is named.
    """
    if isinstance(who, Contact) and who.rests:
        return []
    today = clock.today(business, now)
    firm = who if isinstance(who, Company) else who.company
    theirs = (
        Q(advocate__contact__company=who) if isinstance(who, Company) else Q(advocate__contact=who)
    )
    found = [*_thanks(theirs)]
    found += _anniversaries(who, theirs, business, today)
    if firm is not None:
        found += islice(_introductions(firm, who), MOST)
    return found


def _thanks(theirs: Q) -> Iterator[Kindness]:
    """What is owed; and one that was given and could be said in public, where nobody declined."""
    awake = ThankYou.objects.filter(theirs, advocate__contact__rests="")
    rows = awake.select_related("advocate__contact")
    thanks = list(rows.order_by("owed_at", "id")[:LOOKED_AT])
    for one in thanks:
        if one.is_due:
            name = one.advocate.contact.first_name
            yield Kindness("thank", f"{name} waits to be thanked.", thank_you_id=one.pk)
            break
    given = [one for one in thanks if one.state == ThanksState.GIVEN]
    if given and all(one.public_state == PublicState.NONE for one in thanks):
        name = given[-1].advocate.contact.first_name
        says = f"Thank {name} where others can read it: {name} is asked first."
        yield Kindness("public_thanks", says, thank_you_id=given[-1].pk)


def _anniversaries(
    who: Company | Contact, theirs: Q, business: Business, today: date
) -> Iterator[Kindness]:
    """Days that come within a month: of the partnership, as a customer, of the first one sent."""
    if isinstance(who, Company):
        days = [(who.partner_since, f"that you and {who.name} are partners")]
    else:
        days = [(who.customer_since, f"that {who.first_name} is your customer")]
    first = Credit.objects.filter(theirs).aggregate(at=Min("created_at"))["at"]
    if first is not None:
        name = who.name if isinstance(who, Company) else who.first_name
        days.append((clock.today(business, first), f"since {name} first sent you somebody"))
    for day, what in days:
        years, comes_on = _next_anniversary(day, today)
        if comes_on is not None and years and (comes_on - today).days <= SOON:
            times = "a year" if years == 1 else f"{years} years"
            says = f"On {comes_on.day} {comes_on:%B} it is {times} {what}."
            yield Kindness("anniversary", says)


def _next_anniversary(day: date | None, today: date) -> tuple[int, date | None]:
    """How many years it will be, and on which day; of 29 February the day before in other years."""
    if day is None or day >= today:
        return 0, None
    years = today.year - day.year
    comes_on = _in_year(day, today.year)
    if comes_on < today:
        years, comes_on = years + 1, _in_year(day, today.year + 1)
    return years, comes_on


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _introductions(firm: Company, who: Company | Contact) -> Iterator[Kindness]:
    """People of ours who look for what the firm does, or whom it looks for, by tag, note, trade."""
    told = words_of(f"{firm.trade} {firm.good_referral} {' '.join(firm.sphere)}")
    wanted = [word for word in told if word not in _SAY_LITTLE]
    # Both are asked by letter.
    if not wanted or (isinstance(who, Contact) and not who.email):
        return
    asked = GivenIntroduction.objects.open() | GivenIntroduction.objects.settled()
    known = asked.with_firm(firm) if isinstance(who, Company) else asked.naming(who)
    introduced = {key for pair in known.values_list("first", "second") for key in pair}
    people = (
        _who_may_fit(firm, wanted)
        .filter(rests="")
        .exclude(email="")
        .exclude(circle=Circle.PASSING)
        .exclude(company=firm)
        .exclude(pk__in=introduced)
        .select_related("company")
        .order_by("name_key", "id")
    )
    for person in people[:LOOKED_AT]:
        if person.pk != who.pk:
            reason = next(_reasons(person, firm, wanted), "")
            if reason:
                yield Kindness("introduce", reason, contact=person)


def _who_may_fit(firm: Company, wanted: Sequence[str]) -> QuerySet[Contact]:
    """All of whom `_reasons` may have one to give, however many people there are beside them."""
    tags = _plain(Func(F("tags"), Value(" "), function="array_to_string"))
    people = Contact.objects.annotate(
        tags_said=tags, note_said=_plain(F("note")), trade_said=_plain(F("company__trade"))
    )
    asks = Q(note_said__iregex=_any_of(wanted), note__iregex=rf"\m{_ASKING}\M")
    fits = Q(tags_said__iregex=_any_of(wanted)) | asks
    if firm.sphere:
        fits |= Q(tags__overlap=firm.sphere)
    looked_for = words_of(firm.good_referral)
    if looked_for:
        fits |= Q(trade_said__iregex=_any_of(looked_for))
    return people.filter(fits)


def _plain(text: Combinable) -> Replace:
    """As `words_of` has it, but for capitals."""
    return Replace(text, Value("ß"), Value("ss"), output_field=TextField())


def _any_of(words: Sequence[str]) -> str:
    """For PostgreSQL: one of the words, in the singular or the plural, as `shared` finds them."""
    return rf"\m({'|'.join(word.removesuffix('s') for word in words)})s?\M"


def _short(sentence: str) -> str:
    """The sentence on one line, cut where it is long."""
    line = " ".join(sentence.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE].rstrip()}…"


def _reasons(person: Contact, firm: Company, wanted: Sequence[str]) -> Iterator[str]:
    name = person.first_name
    for tag in person.tags:
        if tag in firm.sphere or shared(words_of(tag), " ".join(wanted)):
            yield f"{person.name} has the tag “{tag}”: {firm.name} may be who {name} needs."
    for sentence in _SENTENCE.split(person.note):
        if _LOOKS_FOR.search(sentence) and shared(wanted, sentence):
            yield f"In your note on {person.name}: “{_short(sentence)}” {firm.name} may know."
    trade = person.company.trade if person.company else ""
    for word in shared(words_of(firm.good_referral), trade):
        yield f"{person.name} is in “{trade}”, and “{word}” is whom {firm.name} looks for."
