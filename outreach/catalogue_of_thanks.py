"""The letters of thanks: what each says at first, and its fields."""

from outreach.letter_texts import FIRM, FIRST_NAME, SENDER, LetterText, Named, Words
from outreach.sources import Form
from outreach.states import MailKind

THANKS = "thanks_to_advocate"
PUBLIC_THANKS = "public_thanks_to_advocate"

_MOMENT = "Thanking"

ABOUT_THANKS = (
    LetterText(
        key=THANKS,
        name="Thanks",
        moment=_MOMENT,
        about="Stands round the words of thanks that you write each time, or a plan drafts.",
        mail_kind=MailKind.FRIENDLY,
        original=Words("Thank you, {first_name}", "{words}\n\n{sender}\n{firm}\n\n{answer_link}"),
        fields=(
            FIRST_NAME,
            Named(
                "words",
                "your words of thanks",
                "Jonas and we are working together now, and that is your doing. Thank you.",
                needed="without it your thanks would not be read",
            ),
            Named(
                "answer_link",
                "the button that leads to a page where they can say “My pleasure”",
                "",
                Form.BUTTON,
                label="Say “my pleasure”",
            ),
            SENDER,
            FIRM,
        ),
    ),
    LetterText(
        key=PUBLIC_THANKS,
        name="May I thank you in public?",
        moment=_MOMENT,
        about="Leaves when you ask somebody whether your words of thanks may stand on your wall of"
        " thanks. Without their yes they stand nowhere.",
        mail_kind=MailKind.FRIENDLY,
        original=Words(
            "May I thank you in public, {first_name}?",
            "Hello {first_name},\n\nI would like to thank you where others can read it, and only"
            " if you like it, too. It would say:\n\n{public_words}\n\nand you would be named as"
            " {public_name}. If you would rather not, that is all right, and I thank you all the"
            " same.\n\n{answer_link}\n\nYou can take it back by the same link at any time."
            "\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            Named(
                "public_words",
                "your words of thanks, as others would read them",
                "Thank you, Elena, for bringing so many good people to our door.",
                Form.QUOTE,
                "nobody says yes to words they have not read",
            ),
            Named(
                "public_name",
                "how they would be named",
                "Elena R.",
                needed="nobody says yes to a name they have not read",
            ),
            Named(
                "answer_link",
                "the button that leads to the page for their answer",
                "",
                Form.BUTTON,
                "without it they could not answer",
                "Yes, or rather not",
            ),
            SENDER,
            FIRM,
        ),
    ),
)
