"""The letters to advocates, prospects and customers: what each says at first, and its fields.

From one source, text and HTML are made (`outreach.sources`). A business may put each in its own
words (`outreach.services.texts`). A field that is `needed` cannot be left out: its reason is said
to whoever tries. The firm, its postal address and the way to hear no more stand below every letter
and are no part of its words.
"""

from collections.abc import Mapping

from outreach.catalogue_of_feedback import ABOUT_FEEDBACK, FEEDBACK_BUTTON
from outreach.letter_texts import FIRM as _FIRM
from outreach.letter_texts import FIRST_NAME as _FIRST_NAME
from outreach.letter_texts import SENDER as _SENDER
from outreach.letter_texts import LetterText, Named, Words
from outreach.placeholders import Placeholder
from outreach.sources import Form, Part, Value
from outreach.states import MailKind

# In front of whatever the subject of an ask says.
ASKS_BEGIN = "A request: "

ASK = "ask_to_advocate"
NUDGE = "nudge_to_advocate"
INTRODUCTION = "introduction_to_prospect"
HANDSHAKE = "handshake_to_everyone"
VOUCH, UNVOUCHED = "vouch_to_advocate", "unvouched_to_both"
MET, WON, LOST = (f"{step}_to_advocate" for step in ("met", "won", "lost"))
ALSO_INTRODUCED = "also_introduced_to_advocate"
THANKS = "thanks_to_advocate"
PLAN = "plan_letter"

ASKED_FOR_KIND = Part("I am looking for {wanted}.")
ASKED_FOR_PERSON = Part(
    "I would like to meet {named_person}, and you may know each other.\n\n{about_person}"
)
TO_PASS_ON = Part("If you like to pass it on:\n\n{blurb_words}")
ONLY_REMINDER = "This is the only time that I remind you. It rests then."
BUSINESS_NOTE = "This is a business note, and it is fine if nobody comes to mind."
THEY_DECIDE = (
    "They decide. Until they say yes I see their first name and what you wrote, and nothing more."
)
FIRM_WITH_TRADE = Part("{firm}: {tagline}")
FIRM_ALONE = Part("{firm}")
AGAIN = "You asked to hear of this again about now."
PROSPECT_WORDS = Placeholder("{prospect:words}")
WHAT_IS_KEPT = Part(
    "If you say yes, you, {advocate} and {host} get one e-mail. Until then {host} sees your first"
    " name and what {advocate} wrote, and nothing more. If you say no, what is kept about you is"
    " erased."
)
HOST_ADDS = Part("{host} says:\n\n{host_words}")
PROSPECT_ADDS = Part("{prospect} adds:\n\n{prospect_words}")
ANSWER_TO_ALL = Part("Answer to all to say hello.")
HOST_WILL_RING = Part("{prospect} left a phone number: {host} will ring.")


def how_to_reach(*, email: bool, phone: bool, more: bool) -> Part:
    """How two people reach each other, with what is known of the one."""
    known = ", ".join(["{email}"] * email + ["{phone}"] * phone)
    theirs = f"{{prospect}}: {known}" + "\n{reach_by}" * more
    return Part(f"{{reach}}\n{theirs}\n{{host}}: {{host_email}}")


_PERSON = Named("person", "who was introduced", "Jonas")
_ADVOCATE = Named("advocate", "first name of whoever introduces", "Elena")
_HOST = Named("host", "who of you meets them", "")
_ABOUT_FIRM = Named("about_firm", "your firm, and what you do if you have said so", FIRM_ALONE)
_OUTCOME_LINK = Named(
    "outcome_link",
    "the button that leads to their page",
    "",
    Form.BUTTON,
    "without it they could not see what became of their introductions",
    "What became of your introductions",
)


def _progress(key: str, name: str, about: str, subject: str, words: str) -> LetterText:
    return LetterText(
        key=key,
        name=name,
        moment="What became of it",
        about=about,
        mail_kind=MailKind.NEWS,
        original=Words(
            subject, f"Hello {{first_name}},\n\n{words}\n\n{{outcome_link}}\n\n{{sender}}\n{{firm}}"
        ),
        fields=(_FIRST_NAME, _PERSON, _OUTCOME_LINK, _SENDER, _FIRM),
    )


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

LETTERS: Mapping[str, LetterText] = {
    letter.key: letter
    for letter in (
        LetterText(
            key=ASK,
            name="Asking for an introduction",
            moment="Asking",
            about="Leaves when you send an ask. Its words stand round what you write each time.",
            mail_kind=MailKind.ASKS,
            original=Words(
                "{question}",
                "Hello {first_name},\n\n{note}\n\n{request}\n\n{blurb}\n\n{business_note} If"
                " somebody does,"
                " an introduction takes a minute.\n\n{introduction_link}\n\n{they_decide}\n\n"
                "{sender}\n{firm}",
            ),
            fields=(
                _FIRST_NAME,
                Named(
                    "note",
                    "the personal note that you write each time",
                    "We have worked together since 2019, and I enjoy it.",
                    needed="without it what you write each time would not be read",
                ),
                Named(
                    "request",
                    "whom you are looking for",
                    ASKED_FOR_KIND,
                    Form.PART,
                    "without it nobody would know whom you are looking for",
                ),
                Named(
                    "blurb",
                    "whom you help, in words that can be passed on; nothing where you left it out",
                    TO_PASS_ON,
                    Form.PART,
                ),
                Named(
                    "question",
                    "the same as a short question, for the subject",
                    "does anybody come to mind?",
                ),
                Named(
                    "business_note",
                    "says that it is business, and that nobody need come to mind",
                    BUSINESS_NOTE,
                    needed="an ask says that it is business",
                ),
                Named(
                    "introduction_link",
                    "the button that leads to the page for introducing somebody",
                    "",
                    Form.BUTTON,
                    "without it nobody could introduce anybody",
                    "Introduce somebody",
                ),
                Named(
                    "they_decide",
                    "says what you get to see before a yes",
                    THEY_DECIDE,
                    needed="whoever introduces is told what you get to see",
                ),
                _SENDER,
                _FIRM,
            ),
            inner={
                "wanted": "somebody who is about to open a second shop",
                "named_person": "Marta Oliveira",
                "about_person": "",
                "blurb_words": "We keep the books of small workshops, so that they need not.",
            },
            inner_forms={
                "wanted": Form.STRONG,
                "named_person": Form.STRONG,
                "blurb_words": Form.QUOTE,
            },
        ),
        LetterText(
            key=NUDGE,
            name="One reminder of an ask",
            moment="Asking",
            about="Leaves once for an ask, when you remind somebody. Never a second time.",
            mail_kind=MailKind.ASKS,
            original=Words(
                "{subject}",
                "{words}\n\n{introduction_link}\n\n{only_reminder}\n\n{sender}\n{firm}",
            ),
            fields=(
                _FIRST_NAME,
                Named("subject", "what it is called, here or in the plan", "about my note"),
                Named(
                    "words",
                    "what you write, or a plan drafts",
                    "Hello Elena,\n\na while ago I asked whether anybody came to your mind. If"
                    " nobody does, that is perfectly fine, and you need not answer.",
                    needed="without it what you write would not be read",
                ),
                Named(
                    "introduction_link",
                    "the button that leads to the page for introducing somebody",
                    "",
                    Form.BUTTON,
                    "without it nobody could introduce anybody",
                    "Introduce somebody",
                ),
                Named(
                    "only_reminder",
                    "says that it is the only reminder",
                    ONLY_REMINDER,
                    needed="whoever is reminded is told that it is the only time",
                ),
                _SENDER,
                _FIRM,
            ),
        ),
        LetterText(
            key=INTRODUCTION,
            name="An introduction",
            moment="Introducing",
            about="Goes to the person introduced when somebody presses Send it for me.",
            mail_kind=MailKind.ALL,
            original=Words(
                "{advocate} would like you to meet {host}",
                "{again}\n\n{advocate_name} wrote to you:\n\n{words}\n\n{host} is with"
                " {about_firm}. Would you like to be introduced? You can say yes, not now or no."
                "\n\n{answer_link}\n\n{what_is_kept}\n\n{disclosure}",
            ),
            fields=(
                _ADVOCATE,
                Named("advocate_name", "their whole name", "Elena Rossi"),
                Named(
                    "words",
                    "what they wrote",
                    "Anna has looked after my bicycles for years. You two should meet.",
                    Form.QUOTE,
                    "they wrote it to be read",
                ),
                _HOST,
                _FIRM,
                _ABOUT_FIRM,
                Named(
                    "answer_link",
                    "the button that leads to the page that answers",
                    "",
                    Form.BUTTON,
                    "without it nobody could answer",
                    "Read more and answer",
                ),
                Named(
                    "what_is_kept",
                    "says what is kept about them, and when it is erased",
                    WHAT_IS_KEPT,
                    Form.PART,
                    "whoever is introduced is told what is kept about them",
                ),
                Named(
                    "disclosure",
                    "says whether anybody is paid for it",
                    "Nobody is paid for this introduction.",
                    needed="whoever is introduced is told whether anybody is paid",
                ),
                Named(
                    "again",
                    "says why it comes a second time; else nothing",
                    "",
                    needed="without it nobody would know why it comes a second time",
                ),
            ),
            inner={"tagline": ""},
            tried_as={"advocate": "first_name", "advocate_name": "name"},
        ),
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
                _HOST,
                _ADVOCATE,
                _FIRM,
                _ABOUT_FIRM,
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
                _FIRST_NAME,
                Named(
                    "vouch_link",
                    "the button that leads to who it is",
                    "",
                    Form.BUTTON,
                    "without it they could not say whether they know them",
                    "See who it is",
                ),
                _SENDER,
                _FIRM,
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
                _HOST,
                _ADVOCATE,
                _FIRM,
                _ABOUT_FIRM,
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
        _progress(
            MET,
            "You have met",
            "Goes to whoever introduced somebody, when you have met.",
            "{person} and I have met",
            "you introduced {person} and me, and we have met. I thought you would like to know.",
        ),
        _progress(
            WON,
            "It became business",
            "Goes to whoever introduced somebody, when it became business. It names no amount.",
            "{person} has become a customer",
            "you introduced {person} and me, and we are now working together. That is your doing.",
        ),
        _progress(
            LOST,
            "Nothing came of it",
            "Goes to whoever introduced somebody, when nothing came of it.",
            "What became of your introduction to {person}",
            "you introduced {person} and me. Nothing came of it this time, and that is all right:"
            " the introduction was a good one to have.",
        ),
        _progress(
            ALSO_INTRODUCED,
            "Somebody else had introduced them, too",
            "Goes to whoever introduces, or shares the credit for, somebody that another has led"
            " to you before.",
            "You introduced {person} and me, too",
            "you introduced {person} and me, and so did somebody else. That two people thought of"
            " it says something. Thank you: I know that it was you as well.",
        ),
        LetterText(
            key=THANKS,
            name="Thanks",
            moment="Thanking",
            about="Stands round the words of thanks that you write each time, or a plan drafts.",
            mail_kind=MailKind.FRIENDLY,
            original=Words("Thank you, {first_name}", "{words}\n\n{sender}\n{firm}"),
            fields=(
                _FIRST_NAME,
                Named(
                    "words",
                    "your words of thanks",
                    "Jonas and we are working together now, and that is your doing. Thank you.",
                    needed="without it your thanks would not be read",
                ),
                _SENDER,
                _FIRM,
            ),
        ),
        *ABOUT_FEEDBACK,
        # What a plan says stands in its steps.
        LetterText(
            key=PLAN,
            name="A letter of a plan",
            moment="",
            about="",
            mail_kind=MailKind.FRIENDLY,
            original=Words("{subject}", "{words}\n\n{sender}\n{firm}"),
            fields=(
                Named("subject", "what the step says", ""),
                Named("words", "what the step says", ""),
                FEEDBACK_BUTTON,
                _SENDER,
                _FIRM,
            ),
            # What stands above and below a button that the words carry.
            inner={"above": "", "below": ""},
            is_editable=False,
        ),
    )
}
EDITABLE: Mapping[str, LetterText] = {
    key: letter for key, letter in LETTERS.items() if letter.is_editable
}
# What only an ask carries; by these names it is refused elsewhere.
ONLY_IN_ASKS = frozenset({"introduction_link", "request", "question", "business_note"})
