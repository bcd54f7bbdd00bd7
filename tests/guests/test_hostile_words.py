"""Links, markup, line breaks and 300 letters in each field of guests, and what letters make of it.

In a name they are refused with a sentence; in what people write in their own words they stay words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
from django import forms
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import User
from feedback.services import answer_request, give_testimonial, propose_edit
from guests import urls
from guests.forms import GuestForm
from introductions import services, tasks
from introductions.models import Advocate, Introduction
from introductions.states import Depth, Hears, Met, Wants
from outreach.models import Link, LinkPurpose
from outreach.sending import send_due_letters
from tests.feedback.factories import asked, question_page
from tests.giving.factories import a_partner, jonas, shaken
from tests.giving.factories import asked as both_asked
from tests.guests.factories import own_page, path_of, prospect_page, share_page, vouch_page
from tests.introductions.factories import accepted, an_advocate, came_by_link, offered, shared
from tests.outreach.conftest import smtp
from tests.outreach.smtp import Accepted, SmtpServer

__all__ = ["smtp"]

pytestmark = pytest.mark.django_db

HOSTILE = {
    "a link": "Jonas https://evil.example/x",
    "a link without its beginning": "Jonas www.evil.example",
    "markup": '<a href="https://evil.example">Jonas</a><script>evil()</script><img src=x>',
    "line breaks": "Jonas\r\nBcc: all@evil.example\r\n\r\n<b>evil</b>",
    "300 letters": "J" * 300,
    "a placeholder": "{firm:owner} {prospect:email} {link:018f0000-0000-7000-8000-000000000000}",
}
# A letter is made of these, and of nothing else.
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "div", "p", "br", "a"} | {
    *("strong", "ul", "li")
}
HEADERS = {
    *("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Reply-To"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Content-Transfer-Encoding"),
}
WORDS = "Alice has kept our books for six years."


@dataclass(frozen=True)
class Field:
    """One that somebody types into: the address of its button, and what else is typed."""

    form: str
    name: str
    button: str
    beside: Mapping[str, str] = field(default_factory=dict)


def fields(marta: Advocate, alice: User, now: datetime) -> Sequence[Field]:
    """Each with a person of its own, so that all of it can be pressed."""
    page = own_page(marta)
    introduce = {"first_name": "Jonas", "words": WORDS}
    offer = {**introduce, "email": "new@shoebox.example"}
    come = {"first_name": "Jonas", "words": "Hello.", "reach": "come@shoebox.example"}
    more = {"depth": Depth.TOGETHER, "wants": Wants.STEPS, "meets_on": "2026-05-20"}
    given = offered(marta, now, "given@shoebox.example")
    heard = {"advocate_hears": Hears.OUTCOME}
    held = {"first_name": "Jonas", "email": "held@shoebox.example", "phone": ""}
    return [
        Field("IntroduceForm", "first_name", f"{page}share/", introduce),
        Field("IntroduceForm", "first_name", f"{page}offer/", offer),
        Field("IntroduceForm", "words", f"{page}offer/", {**offer, "email": "w@shoebox.example"}),
        Field("IntroduceForm", "email", f"{page}offer/", offer),
        Field("ClaimForm", "person", f"{page}too/say/", {"person": "Jonas", "words": "Mine."}),
        Field("ClaimForm", "words", f"{page}too/say/", {"person": "Jonas", "words": "Mine."}),
        Field("LimitsForm", "only_about", f"{page}limits/keep/", {"weeks": ""}),
        Field("MoreForm", "meets_place", f"{page}given/{given.pk}/add/", more),
        Field("YesForm", "reach", f"{prospect_page(shared(marta, now))}yes/"),
        *(
            Field("AddForm", name, f"{prospect_page(accepted(marta, now, email))}add/", heard)
            for name, email in (("sentence", "s@x.example"), ("reach_by", "r@x.example"))
        ),
        *(
            Field("CorrectForm", name, f"{prospect_page(offered(marta, now, email))}correct/", held)
            for name, email in (
                *(("first_name", "c1@x.example"), ("email", "c2@x.example")),
                ("phone", "c3@x.example"),
            )
        ),
        *(
            Field("ComeForm", name, f"{share_page(marta)}come/", come)
            for name in ("first_name", "words", "reach")
        ),
        Field("VouchForm", "words", f"{vouch_page(came_by_link(marta, now, 'v@x.example'))}yes/"),
        *_about_meeting(marta, now),
        *_about_giving(marta, alice, now),
        *_about_feedback(marta, alice, now),
    ]


def _about_meeting(marta: Advocate, now: datetime) -> Sequence[Field]:
    """They meet today, brought together by Marta."""
    meetings = []
    for number in (1, 2):
        introduction = accepted(marta, now, f"meets{number}@x.example")
        services.add_to_introduction(
            introduction=introduction,
            depth=Depth.TOGETHER,
            meets_on=now.date(),
            meets_place="Café Wren",
            now=now,
        )
        services.send_handshake_now(introduction=introduction, now=now)
        meetings.append(f"{own_page(marta)}meeting/{introduction.pk}/")
    moved = {"meets_on": "2026-05-20", "meets_at": "10:00"}
    return [
        Field("MetForm", "words", f"{meetings[0]}say/", {"met": Met.TOOK_PLACE}),
        Field("MoveForm", "meets_place", f"{meetings[1]}move/", moved),
    ]


def _about_giving(marta: Advocate, alice: User, now: datetime) -> Sequence[Field]:
    given = shaken(
        both_asked(jonas(marta.business, now), a_partner(marta.business, now), alice, now), now
    )
    link = Link.objects.get(purpose=LinkPurpose.GIVEN, contact_id=given.second_id)
    return [Field("OutcomeForm", "words", f"{path_of(link)}tell/", {"outcome": "met"})]


def _about_feedback(marta: Advocate, alice: User, now: datetime) -> Sequence[Field]:
    answers = []
    for number, score in ((1, 10), (2, 8), (3, 9)):
        contact = an_advocate(
            marta.business, now, name="Ines Holm", email=f"ines{number}@x.example"
        ).contact
        asking = asked(contact, now)
        answers.append((question_page(asking), asking))
        if score != 10:
            answer_request(request=asking, score=score, why="Never late.", now=now)
    return [
        Field("AnswerForm", "why", f"{answers[0][0]}answer/", {"score": "9"}),
        Field("WishForm", "wish", f"{answers[1][0]}wish/"),
        Field("TestimonialForm", "words", f"{answers[2][0]}words/", {"shown_as": "name"}),
    ]


def test_each_field_that_takes_text_is_tried(marta: Advocate, alice: User, now: datetime) -> None:
    tried = {(one.form, one.name) for one in fields(marta, alice, now)}

    there_are = {
        (form.__name__, name)
        for form in _forms(GuestForm)
        for name, one in form.base_fields.items()
        if type(one) is forms.CharField
    }
    assert urls.urlpatterns  # With it all forms are there.
    assert tried == there_are


def _forms(of: type[forms.Form]) -> Sequence[type[forms.Form]]:
    return [form for one in of.__subclasses__() for form in (one, *_forms(one))]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_hostile_is_refused_or_stays_words_in_every_letter(
    guest: Client, marta: Advocate, alice: User, now: datetime, smtp: SmtpServer, hostile: str
) -> None:
    for one in fields(marta, alice, now):
        answer = guest.post(one.button, {**one.beside, one.name: HOSTILE[hostile]})

        page = guest.get(answer["Location"]) if answer.status_code == 303 else answer
        assert answer.status_code in {303, 422}, (one, answer.status_code)
        if one.name in {"first_name", "person", "email", "phone", "reach"}:
            assert answer.status_code == 422, one
        text = page.content.decode()
        assert "<script>evil" not in text, one
        assert "<img src=x" not in text, one
        assert 'href="https://evil.example' not in text, one
    _let_all_of_it_leave(now)

    assert len(smtp.accepted) >= 8
    as_typed = HOSTILE[hostile].replace("\r\n", "\n")
    assert any(as_typed in taken.part("plain") for taken in smtp.accepted)
    for taken in smtp.accepted:
        _assert_it_is_only_words(taken)


def _let_all_of_it_leave(now: datetime) -> None:
    with clock.at(now + timedelta(minutes=11)):
        tasks.complete_due_handshakes()
        send_due_letters()
    for row in Introduction.objects.filter(state__in=["offered", "shared"]):
        services.accept_introduction(
            introduction=row, email=f"{row.pk}@x.example", now=now + timedelta(minutes=12)
        )
    with clock.at(now + timedelta(minutes=30)):
        tasks.complete_due_handshakes()
        send_due_letters()


def _assert_it_is_only_words(taken: Accepted) -> None:
    letter = taken.letter
    assert set(letter.keys()) <= HEADERS
    for name in ("Subject", "From", "To", "Reply-To"):
        value = str(letter.get(name, ""))
        assert "evil" not in value
        assert "J" * 80 not in value
        assert "{" not in value
    assert not any("evil" in address for address in taken.recipients)
    look = _Look()
    look.feed(taken.part("html"))
    assert look.elements <= ELEMENTS
    assert all(re.match(r"http://testserver/|mailto:[^?]+$", link) for link in look.links)
    assert not any("evil" in link for link in look.links)


class _Look(HTMLParser):
    """What a mail program would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def test_words_that_a_customer_wrote_stay_words_in_the_letter_about_them(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime, smtp: SmtpServer
) -> None:
    contact = marta.contact
    answer_request(request=asked(contact, now), score=10, why="Never late.", now=now)
    given = give_testimonial(contact=contact, words=HOSTILE["markup"], shown_as="name", now=now)
    propose_edit(
        testimonial=given, words=HOSTILE["line breaks"], by=by_alice, sender=alice, now=now
    )

    with clock.at(now + timedelta(minutes=11)):
        send_due_letters()

    for taken in smtp.accepted:
        _assert_it_is_only_words(taken)
