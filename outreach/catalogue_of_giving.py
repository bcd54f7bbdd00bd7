"""The letters by which a business brings two people together whom it knows."""

from collections.abc import Mapping
from dataclasses import replace

from outreach.letter_texts import FIRM, FIRST_NAME, SENDER, LetterText, Named, Words
from outreach.sources import Form, Part, Value
from outreach.states import MailKind

GIVEN = "given_to_either"
GIVEN_HANDSHAKE = "given_handshake_to_all"
GIVEN_NOTHING = "given_nothing_to_either"
GIVEN_OUTCOME = "given_outcome_to_partner"

_MOMENT = "Giving"

BOTH_FIRST = Part(
    "I ask {other_first}, too. If both of you say yes, the three of us get one e-mail that says how"
    " you reach each other. Until then neither of you gets an address or a number. A no is fine:"
    " {other_first} hears only that it does not fit just now."
)
TO_FIRST = Part("I wrote to {first}:\n\n{first_words}")
TO_SECOND = Part("I wrote to {second}:\n\n{second_words}")
ALL_ANSWER = "Answer to all to say hello. You can leave me out then."
SENDER_SEES_TO_IT = "Not everybody can be reached by e-mail, so I see to it that you find together."

_OTHER = Named("other", "who it is, by first name and firm", "Elena of Rossi Law")


def both_reach(*, first: Mapping[str, bool], second: Mapping[str, bool]) -> Part:
    """How the two reach each other, with what is known of each: `email`, `phone`."""
    lines = ["{reach}"]
    for place, known in (("first", first), ("second", second)):
        ways = [f"{{{place}_{what}}}" for what, is_known in known.items() if is_known]
        if ways:
            lines.append(f"{{{place}}}: {', '.join(ways)}")
    return Part("\n".join(lines))


_INNER: Mapping[str, Value] = {
    "first_words": "Elena knows leases like nobody else I know.",
    "second_words": "Jonas opens a second shop and would like somebody to read the lease.",
    "reach": "How to reach each other",
    "first_email": "jonas@example.com",
    "first_phone": "",
    "second_email": "elena@example.com",
    "second_phone": "",
}
_INNER_FORMS: Mapping[str, Form] = {
    "first_words": Form.QUOTE,
    "second_words": Form.QUOTE,
    "reach": Form.STRONG,
    "first_email": Form.ADDRESS,
    "second_email": Form.ADDRESS,
}

ABOUT_GIVING: tuple[LetterText, ...] = (
    LetterText(
        key=GIVEN,
        name="Would you like to meet?",
        moment=_MOMENT,
        about="Goes to each of two people whom you would like to introduce to each other, or to a"
        " customer and a partner firm. Both are asked first.",
        mail_kind=MailKind.ALL,
        original=Words(
            "{sender} would like you to meet {other}",
            "Hello {first_name},\n\nI would like you to meet {about_other}.\n\n{words}\n\n"
            "{answer_link}\n\n{both_first}\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            _OTHER,
            Named(
                "about_other",
                "the same, with their trade where the firm has one",
                "Elena of Rossi Law: law for small firms",
                needed="without it nobody would know whom they would meet",
            ),
            Named(
                "words",
                "what you write of the other each time",
                "She knows leases like nobody else I know, and you said that you look for a shop.",
                needed="without it what you write each time would not be read",
            ),
            Named(
                "answer_link",
                "the button that leads to the page that answers",
                "",
                Form.BUTTON,
                "without it nobody could answer",
                "Say yes or no",
            ),
            Named(
                "both_first",
                "says that both are asked first, and what happens after a yes and after a no",
                BOTH_FIRST,
                Form.PART,
                "both are told that both are asked first",
            ),
            SENDER,
            FIRM,
        ),
        inner={"other_first": "Elena"},
    ),
    LetterText(
        key=GIVEN_HANDSHAKE,
        name="You introduce two people",
        moment=_MOMENT,
        about="Goes to both and to you when both have said yes, and says how they reach each"
        " other.",
        mail_kind=MailKind.ALL,
        original=Words(
            "{first}, meet {second}",
            "{first}, this is {about_second}.\n{second}, this is {about_first}. Both of you said"
            " yes to meeting.\n\n{to_first}\n\n{to_second}\n\n{both_reach}\n\n{next_step}\n\n"
            "{sender}\n{firm}",
        ),
        fields=(
            Named("first", "first name of the one", "Jonas"),
            Named("second", "first name of the other", "Elena"),
            Named("about_first", "whole name and firm of the one", "Jonas Weber of Shoebox"),
            Named("about_second", "whole name and firm of the other", "Elena Rossi of Rossi Law"),
            Named("to_first", "what you wrote to the one", TO_FIRST, Form.PART),
            Named("to_second", "what you wrote to the other", TO_SECOND, Form.PART),
            Named(
                "both_reach",
                "the addresses and numbers of both",
                both_reach(
                    first={"email": True, "phone": False}, second={"email": True, "phone": False}
                ),
                Form.PART,
                "without it they could not reach each other",
            ),
            Named(
                "next_step",
                "says who goes on",
                ALL_ANSWER,
                needed="without it nobody would know who begins",
            ),
            SENDER,
            FIRM,
        ),
        inner=_INNER,
        inner_forms=_INNER_FORMS,
        tried_as={"first": "first_name", "about_first": "name"},
        has_stop_link=False,
    ),
    LetterText(
        key=GIVEN_NOTHING,
        name="It does not fit just now",
        moment=_MOMENT,
        about="Goes to whoever had said yes, when nothing comes of it. It never says why.",
        mail_kind=MailKind.NEWS,
        original=Words(
            "About meeting {other}",
            "Hello {first_name},\n\nyou said yes to meeting {other}. Thank you for that. It does"
            " not fit just now after all, so nothing comes of it this time, and there is nothing"
            " you have to do.\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            replace(_OTHER, needed="without it nobody would know what it is about"),
            SENDER,
            FIRM,
        ),
    ),
    LetterText(
        key=GIVEN_OUTCOME,
        name="What came of it?",
        moment=_MOMENT,
        about="Goes once to a partner firm, two weeks after you sent somebody there, unless they"
        " have told it by then.",
        mail_kind=MailKind.FRIENDLY,
        original=Words(
            "What came of meeting {other}?",
            "Hello {first_name},\n\ntwo weeks ago I introduced {other} and you. May I ask what came"
            " of it? One tap is enough, and it is fine if nothing did.\n\n{outcome_link}\n\n"
            "{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            _OTHER,
            Named(
                "outcome_link",
                "the button that leads to the page that tells",
                "",
                Form.BUTTON,
                "without it nobody could tell",
                "Tell how it went",
            ),
            SENDER,
            FIRM,
        ),
    ),
)
