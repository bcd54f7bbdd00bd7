"""The letters that ask customers what they think, and what becomes of their words."""

from outreach.letter_texts import FIRM, FIRST_NAME, SENDER, LetterText, Named, Words
from outreach.sources import Form
from outreach.states import MailKind

QUESTION = "question_to_customer"
EDIT = "edit_to_customer"

_MOMENT = "Asking how it was"

# A plan's letter may carry it, too.
FEEDBACK_BUTTON = Named(
    "feedback_link",
    "the button that leads to the question",
    "",
    Form.BUTTON,
    "without it nobody could answer",
    "Answer the question",
)

ABOUT_FEEDBACK: tuple[LetterText, ...] = (
    LetterText(
        key=QUESTION,
        name="How likely they are to recommend you",
        moment=_MOMENT,
        about="Leaves when you ask somebody from their page. A plan asks in its own words.",
        mail_kind=MailKind.FRIENDLY,
        original=Words(
            "One question, {first_name}",
            "Hello {first_name},\n\nmay I ask you one thing: how likely are you to recommend {firm}"
            " to a friend? It takes less than a minute, and I read every answer myself.\n\n"
            "{feedback_link}\n\n{sender}\n{firm}",
        ),
        fields=(FIRST_NAME, FEEDBACK_BUTTON, SENDER, FIRM),
    ),
    LetterText(
        key=EDIT,
        name="A change to somebody’s words",
        moment=_MOMENT,
        about="Goes to a customer when you would like to change the words they let you publish.",
        mail_kind=MailKind.FRIENDLY,
        original=Words(
            "May I change your words a little?",
            "Hello {first_name},\n\nyou let us publish what you wrote about {firm}. Thank you. May"
            " it read like this?\n\n{proposed_words}\n\n{words_link}\n\nIf you would rather leave"
            " it as it is, that is fine. Nothing changes without your yes.\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            Named(
                "proposed_words",
                "how you would like it to read",
                "I never have to worry about receipts again.",
                Form.QUOTE,
                "without it nobody would know what you would like to change",
            ),
            Named(
                "words_link",
                "the button that leads to their words",
                "",
                Form.BUTTON,
                "without it nobody could say yes or no",
                "See your words",
            ),
            SENDER,
            FIRM,
        ),
    ),
)
