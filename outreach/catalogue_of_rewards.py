"""The letter that comes with a reward: what it says at first, and its fields."""

from outreach.letter_texts import FIRM, FIRST_NAME, SENDER, LetterText, Named, Words
from outreach.sources import Form, Part
from outreach.states import MailKind

REWARD = "reward_to_receiver"

# Where a discount code was given.
YOUR_CODE = Part("Your code is {code}. It is yours alone, and can be used once.")

ABOUT_REWARDS = (
    LetterText(
        key=REWARD,
        name="What was promised, given",
        moment="Thanking",
        about="Leaves when you give what was promised for an introduction, unless you told them"
        " yourself.",
        mail_kind=MailKind.FRIENDLY,
        original=Words(
            "Something for you, {first_name}",
            "Hello {first_name},\n\nthank you. As we promised, this is for you: {reward}.\n\n"
            "{your_code}\n\nNothing is asked of you in return.\n\n{sender}\n{firm}",
        ),
        fields=(
            FIRST_NAME,
            Named(
                "reward",
                "what they are given",
                "a discount code for €20",
                needed="without it they would not know what it is",
            ),
            Named(
                "your_code",
                "the discount code, where there is one; else nothing",
                YOUR_CODE,
                Form.PART,
                "without it whoever gets a code could not use it",
            ),
            SENDER,
            FIRM,
        ),
        inner={"code": "SPRING-2026"},
    ),
)
