"""The letters to advocates, prospects and customers: what each says at first, and its fields.

From one source, text and HTML are made (`outreach.sources`). A business may put each in its own
words (`outreach.services.texts`). A field that is `needed` cannot be left out: its reason is said
to whoever tries. The firm, its postal address and the way to hear no more stand below every letter
and are no part of its words.
"""

from collections.abc import Mapping

from outreach.catalogue_of_feedback import ABOUT_FEEDBACK, FEEDBACK_BUTTON
from outreach.catalogue_of_giving import ABOUT_GIVING
from outreach.catalogue_of_handshakes import ABOUT_HANDSHAKES
from outreach.catalogue_of_rewards import ABOUT_REWARDS
from outreach.catalogue_of_thanks import ABOUT_THANKS
from outreach.catalogue_of_thanks import PUBLIC_THANKS as _PUBLIC_THANKS
from outreach.catalogue_of_thanks import THANKS as _THANKS
from outreach.letter_texts import ABOUT_FIRM, ADVOCATE, HOST, LetterText, Named, Words
from outreach.letter_texts import FIRM as _FIRM
from outreach.letter_texts import FIRST_NAME as _FIRST_NAME
from outreach.letter_texts import SENDER as _SENDER
from outreach.placeholders import Placeholder
from outreach.sources import Form, Part
from outreach.states import MailKind

# In front of whatever the subject of an ask says.
ASKS_BEGIN = "A request: "

ASK = "ask_to_advocate"
NUDGE = "nudge_to_advocate"
INTRODUCTION = "introduction_to_prospect"
TALKING, MET, PROPOSED, WON, LOST, NOT_NOW = (
    f"{step}_to_advocate" for step in ("talking", "met", "proposed", "won", "lost", "not_now")
)
ALSO_INTRODUCED = "also_introduced_to_advocate"
CLAIM_ANSWERED = "claim_answered_to_advocate"
THANKS, PUBLIC_THANKS = _THANKS, _PUBLIC_THANKS
PLAN = "plan_letter"
# What somebody writes to somebody, unless it leaves by itself: to have written is to be in touch.
PERSONAL = frozenset({ASK, NUDGE, THANKS, PLAN})

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
AGAIN = "You asked to hear of this again about now."
PROSPECT_WORDS = Placeholder("{prospect:words}")
WHAT_IS_KEPT = Part(
    "If you say yes, you, {advocate} and {host} get one e-mail. Until then {host} sees your first"
    " name and what {advocate} wrote, and nothing more. If you say no, what is kept about you is"
    " erased."
)


_PERSON = Named("person", "who was introduced", "Jonas")
_OUTCOME_LINK = Named(
    "outcome_link",
    "the button that leads to their page",
    "",
    Form.BUTTON,
    "without it they could not see what became of their introductions",
    "What became of your introductions",
)


# What it came to, where the business shows that and the prospect was told so before the yes.
CAME_TO = Part("It came to {amount} so far.")
_WORTH = Named(
    "worth",
    "what it came to, where you show that and the person introduced was told so; else nothing",
    CAME_TO,
    Form.PART,
)


def _progress(
    key: str, name: str, about: str, subject: str, words: str, *more: Named
) -> LetterText:
    return LetterText(
        key=key,
        name=name,
        moment="What became of it",
        about=about,
        mail_kind=MailKind.NEWS,
        original=Words(
            subject, f"Hello {{first_name}},\n\n{words}\n\n{{outcome_link}}\n\n{{sender}}\n{{firm}}"
        ),
        fields=(_FIRST_NAME, _PERSON, *more, _OUTCOME_LINK, _SENDER, _FIRM),
        inner={"amount": "€1,850"} if more else {},
    )


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
                ADVOCATE,
                Named("advocate_name", "their whole name", "Elena Rossi"),
                Named(
                    "words",
                    "what they wrote",
                    "Anna has looked after my bicycles for years. You two should meet.",
                    Form.QUOTE,
                    "they wrote it to be read",
                ),
                HOST,
                _FIRM,
                ABOUT_FIRM,
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
        *ABOUT_HANDSHAKES,
        _progress(
            TALKING,
            "You are talking",
            "Goes to whoever introduced somebody, when you are talking with them.",
            "{person} and I are talking",
            "you introduced {person} and me, and we are talking. I will tell you how it goes on.",
        ),
        _progress(
            MET,
            "You have met",
            "Goes to whoever introduced somebody, when you have met.",
            "{person} and I have met",
            "you introduced {person} and me, and we have met. I thought you would like to know.",
        ),
        _progress(
            PROPOSED,
            "There is a proposal",
            "Goes to whoever introduced somebody, when you have made a proposal. It names no"
            " amount.",
            "{person} has my proposal",
            "you introduced {person} and me. We have met, and there is a proposal. I will tell you"
            " what comes of it.",
        ),
        _progress(
            WON,
            "It became business",
            "Goes to whoever introduced somebody, when it became business. It names an amount only"
            " where you show what it was worth.",
            "{person} has become a customer",
            "you introduced {person} and me, and we are now working together. That is your doing."
            "\n\n{worth}",
            _WORTH,
        ),
        _progress(
            NOT_NOW,
            "Not just now",
            "Goes to whoever introduced somebody, when it is not the right time.",
            "What became of your introduction to {person}",
            "you introduced {person} and me, and we talked. It is not the right time just now, and"
            " that is all right. Should it come to more later, you will hear of it.",
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
            key=CLAIM_ANSWERED,
            name="Your answer to somebody who is missing",
            moment="What became of it",
            about="Goes, once, to whoever said that they introduced somebody, too, when you have"
            " answered. Your answer itself stands on their page.",
            mail_kind=MailKind.NEWS,
            original=Words(
                "About {person}: my answer",
                "Hello {first_name},\n\nyou told me that you introduced {person}, too. Thank you"
                " for saying so. I have looked, and wrote you an answer: it is on your page.\n\n"
                "{answer_link}\n\n{sender}\n{firm}",
            ),
            fields=(
                _FIRST_NAME,
                Named("person", "whom they mean, as they said it", "Jonas"),
                Named(
                    "answer_link",
                    "the button that leads to their page, with your answer",
                    "",
                    Form.BUTTON,
                    "without it they could not read your answer",
                    "Read the answer",
                ),
                _SENDER,
                _FIRM,
            ),
        ),
        *ABOUT_THANKS,
        *ABOUT_REWARDS,
        *ABOUT_FEEDBACK,
        *ABOUT_GIVING,
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
