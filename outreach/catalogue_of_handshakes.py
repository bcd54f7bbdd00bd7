"""The letters that bring people together, and the one that asks an advocate whom they know."""

from collections.abc import Mapping

from outreach.letter_texts import (
    ABOUT_FIRM,
    ADVOCATE,
    FIRM,
    FIRST_NAME,
    HOST,
    SENDER,
    LetterText,
    Named,
    Words,
)
from outreach.sources import Form, Part, Value
from outreach.states import MailKind

HANDSHAKE = "handshake_to_everyone"
MORNING_AFTER, MOVED = "morning_after_to_advocate", "meeting_moved_to_everyone"
VOUCH, UNVOUCHED = "vouch_to_advocate", "unvouched_to_both"

HOST_ADDS = Part("{host} says:\n\n{host_words}")
PROSPECT_ADDS = Part("{prospect} adds:\n\n{prospect_words}")
ANSWER_TO_ALL = Part("Answer to all to say hello.")
HOST_WILL_RING = Part("{prospect} left a phone number: {host} will ring.")


def together_then(next_step: Part) -> Part:
    """Where the advocate brings them together, for who sees no appointment; and what is next."""
    return Part("{advocate} brings you together on {meeting}: {meeting_place}. " + next_step.source)


def how_to_reach(*, email: bool, phone: bool, more: bool) -> Part:
    """How two people reach each other, with what is known of the one."""
    known = ", ".join(["{email}"] * email + ["{phone}"] * phone)
    theirs = f"{{prospect}}: {known}" + "\n{prospect} likes to be reached: {reach_by}" * more
    return Part(f"{{reach}}\n{theirs}\n{{host}}: {{host_email}}")


_OF_BOTH: Mapping[str, Value] = {
    "tagline": "",
    "prospect_words": "I look for somebody who keeps our books.",
    "reach": "How to reach each other",
    "email": "jonas@example.com",
    "phone": "",
    "reach_by": "",
    "host_email": "",
}
_FORMS_OF_BOTH: Mapping[str, Form] = {
    "prospect_words": Form.QUOTE,
    "reach": Form.STRONG,
    "email": Form.ADDRESS,
    "host_email": Form.ADDRESS,
}

ABOUT_HANDSHAKES: tuple[LetterText, ...] = (
    LetterText(
        key=HANDSHAKE,
        name="The handshake",
        moment="Introducing",
        about="Goes to all three after a yes, and makes them known to each other.",
        mail_kind=MailKind.ALL,
        original=Words(
            "{prospect}, meet {host}: an introduction by {advocate}",
            "{prospect}, this is {host} of {about_firm}.\n{host}, this is {prospect}. Both of"
            " you said yes to meeting.\n\n{advocate} wrote:\n\n{words}\n\n{host_adds}\n\n"
            "{prospect_adds}\n\n{how_to_reach}\n\n{booking_link}\n\n{next_step} {advocate},"
            " thank you. You can leave the rest to the two of them.",
        ),
        fields=(
            Named("prospect", "first name of the person introduced", "Jonas"),
            HOST,
            ADVOCATE,
            FIRM,
            ABOUT_FIRM,
            Named(
                "words",
                "what whoever introduces wrote",
                "Anna has looked after my bicycles for years. You two should meet.",
                Form.QUOTE,
                "they wrote it to be read",
            ),
            Named(
                "host_adds",
                "what whoever of you meets them says in How you introduce yourself",
                HOST_ADDS,
                Form.PART,
            ),
            Named(
                "prospect_adds",
                "a sentence of the person introduced, if they wrote one",
                PROSPECT_ADDS,
                Form.PART,
                "they wrote it to be read",
            ),
            Named(
                "how_to_reach",
                "the addresses and numbers of both",
                how_to_reach(email=True, phone=False, more=False),
                Form.PART,
                "without it they could not reach each other",
            ),
            Named(
                "booking_link",
                "the button to where they can choose a time, if you have one",
                "",
                Form.BUTTON,
                label="Choose a time",
            ),
            Named(
                "next_step",
                "says who goes on: answer to all, or you will ring",
                ANSWER_TO_ALL,
                needed="without it nobody would know who begins",
            ),
        ),
        inner={
            "tagline": "",
            "host_words": "I mend bicycles, and I like to see old ones on the road.",
            "prospect_words": "I look forward to it.",
            "reach": "How to reach each other",
            "email": "jonas@example.com",
            "phone": "",
            "reach_by": "",
            "host_email": "",
            "meeting": "",
            "meeting_place": "",
        },
        inner_forms={
            "host_words": Form.QUOTE,
            "prospect_words": Form.QUOTE,
            "reach": Form.STRONG,
            "email": Form.ADDRESS,
            "host_email": Form.ADDRESS,
        },
        tried_as={"advocate": "first_name"},
        has_stop_link=False,
    ),
    LetterText(
        key=VOUCH,
        name="Do you know them?",
        moment="Introducing",
        about="Goes to whoever's link somebody came by, and asks whether they know each other.",
        mail_kind=MailKind.ALL,
        original=Words(
            "Do you know who came by your link?",
            "Hello {first_name},\n\nsomebody came by the link that you share, and would like"
            " to meet me. Do you know each other?\n\n{vouch_link}\n\nIf you do, one tap"
            " introduces us, and the three of us get one e-mail. If you do not, say so, and"
            " nothing of it is kept. You need not do anything.\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            Named(
                "vouch_link",
                "the button that leads to who it is",
                "",
                Form.BUTTON,
                "without it they could not say whether they know them",
                "See who it is",
            ),
            SENDER,
            FIRM,
        ),
    ),
    LetterText(
        key=UNVOUCHED,
        name="Somebody came by a link",
        moment="Introducing",
        about="Goes to you and to somebody who came by a link, where you went on although"
        " nobody had confirmed that they know each other.",
        mail_kind=MailKind.ALL,
        original=Words(
            "{prospect}, meet {host}",
            "{prospect}, this is {host} of {about_firm}. You came by the link that {advocate}"
            " shares, and {host} would like to meet you.\n\n{prospect_adds}\n\n"
            "{how_to_reach}\n\n{next_step}",
        ),
        fields=(
            Named("prospect", "first name of whoever came", "Jonas"),
            HOST,
            ADVOCATE,
            FIRM,
            ABOUT_FIRM,
            Named(
                "prospect_adds",
                "what whoever came wrote",
                PROSPECT_ADDS,
                Form.PART,
                "they wrote it to be read",
            ),
            Named(
                "how_to_reach",
                "the addresses and numbers of both",
                how_to_reach(email=True, phone=False, more=False),
                Form.PART,
                "without it they could not reach each other",
            ),
            Named(
                "next_step",
                "says who goes on: answer, or you will ring",
                ANSWER_TO_ALL,
                needed="without it nobody would know who begins",
            ),
        ),
        inner=_OF_BOTH,
        inner_forms=_FORMS_OF_BOTH,
        tried_as={"advocate": "first_name"},
        has_stop_link=False,
    ),
    LetterText(
        key=MORNING_AFTER,
        name="How it was when they brought you together",
        moment="Introducing",
        about="Goes to whoever wanted to bring you and somebody together, on the morning after.",
        mail_kind=MailKind.NEWS,
        original=Words(
            "How was it with {person}?",
            "Hello {first_name},\n\nyou wanted to bring {person} and me together on {day}. Did it"
            " come about? One tap is enough. If you moved it, say to when, and the three of us get"
            " the new day.\n\n{meeting_link}\n\nThank you for taking the time.\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            Named("person", "who was introduced", "Jonas"),
            Named("day", "the day on which you were to meet", "Monday, 4 May"),
            Named(
                "meeting_link",
                "the button that leads to the page that answers",
                "",
                Form.BUTTON,
                "without it they could not say how it was",
                "Say how it was",
            ),
            SENDER,
            FIRM,
        ),
    ),
    LetterText(
        key=MOVED,
        name="A new day to meet",
        moment="Introducing",
        about="Goes to all three when whoever brings you together has moved the day.",
        mail_kind=MailKind.ALL,
        original=Words(
            "A new day for {prospect} and {host}",
            "{prospect}, {host},\n\n{advocate} has moved the day on which you meet. It is now"
            " {day}, {place}. The appointment with this letter takes the place of the one before."
            "\n\nIf it does not suit you, answer to all.",
        ),
        fields=(
            Named("prospect", "first name of the person introduced", "Jonas"),
            HOST,
            ADVOCATE,
            FIRM,
            Named(
                "day",
                "the new day, with the hour if there is one",
                "Monday, 4 May at 17:30",
                needed="without it nobody would know when",
            ),
            Named(
                "place",
                "where",
                "Café at the harbour",
                needed="without it nobody would know where",
            ),
        ),
        tried_as={"advocate": "first_name"},
        has_stop_link=False,
    ),
)
