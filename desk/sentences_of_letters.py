"""What a timeline says of plans, reminders and letters."""

from collections.abc import Callable, Mapping

from desk.stories import Line, Story
from outreach.catalogue import EDITABLE
from outreach.models import Enrolment, EnrolmentState, Message, Reminder, SuppressionReason
from outreach.states import MailKind


def _plan_begun(story: Story) -> Line:
    plan = story.subject(Enrolment).cadence.name
    return Line(story.done(f"began the plan “{plan}”", f"The plan “{plan}” began"))


def _plan_ended(story: Story) -> Line:
    enrolment = story.subject(Enrolment)
    stopped = enrolment.state == EnrolmentState.STOPPED
    title = f"The plan “{enrolment.cadence.name}” {'was stopped' if stopped else 'came to its end'}"
    return Line(title, note=enrolment.reason)


def _own_words(did: str, was_done: str) -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        letter = EDITABLE.get(str(story.event.payload.get("letter")))
        name = letter.name if letter else "of before"
        return Line(story.done(did.format(name=name), was_done.format(name=name)))

    return sentence


def _reminder(did: str, was_done: str) -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        reminder = story.subject(Reminder)
        what = reminder.text or str(reminder.get_kind_display())
        return Line(story.done(did, was_done), what)

    return sentence


def _reminder_handed(story: Story) -> Line:
    """To whom, where it is still theirs."""
    reminder = story.subject(Reminder)
    what = reminder.text or str(reminder.get_kind_display())
    is_theirs = reminder.assignee is not None and story.fact("to") == str(reminder.assignee_id)
    title = story.done("handed on what is to be done", "A reminder was handed on")
    return Line(title, what, note=f"to {reminder.assignee.label}" if is_theirs else "")


def _reminder_skipped(story: Story) -> Line:
    reminder = story.subject(Reminder)
    what = reminder.text or str(reminder.get_kind_display())
    title = story.done("skipped what was to be done", "Skipped")
    return Line(title, what, note=reminder.skipped_because)


_LETTERS = {
    "ask_to_advocate": "the letter that asks for an introduction",
    "introduction_to_prospect": "the letter of introduction",
    "handshake_to_everyone": "the letter that introduces everybody",
    "morning_after_to_advocate": "the question how it was when you were brought together",
    "meeting_moved_to_everyone": "the letter with a new day to meet",
    "vouch_to_advocate": "the question whether they know who came by their link",
    "unvouched_to_both": "the letter to who came by a link",
    "progress_to_advocate": "the letter that tells how it goes",
    "step_to_advocate": "the letter that tells of a step",
    "also_introduced_to_advocate": "the letter that tells of the same thought of somebody else",
    "claim_answered_to_advocate": "the letter that an answer is there",
    "thanks_to_advocate": "the thank-you letter",
    "public_thanks_to_advocate": "the question whether thanks may be public",
    "reward_to_receiver": "the letter about what was promised",
    "plan_letter": "the letter",
    "question_to_customer": "the question how it was",
    "edit_to_customer": "the letter about a change in their words",
    "given_to_either": "the question whether they would like to meet",
    "given_handshake_to_all": "the letter that introduces the two",
    "given_nothing_to_either": "the letter that it does not fit just now",
    "given_outcome_to_partner": "the question what came of it",
    "canary": "a letter to yourselves",
}


def _letter(words: str, *, tone: str = "") -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        letter = _LETTERS.get(story.subject(Message).kind, "a letter")
        return Line(_capital(words.format(letter=letter)), tone=tone)

    return sentence


def _sending(words: str, *, tone: str = "") -> Callable[[Story], Line]:
    return lambda _: Line(words, tone=tone)


def _canary(story: Story) -> Line:
    return Line(story.done("tried whether letters leave", "It was tried whether letters leave"))


def _address_suppressed(story: Story) -> Line:
    reasons = {str(reason): str(reason.label) for reason in SuppressionReason}
    return Line(
        f"No {_mail(story)} go to {story.person.first_name} any more",
        reasons.get(story.fact("why"), ""),
        "repair",
    )


def _address_restored(story: Story) -> Line:
    return Line(_capital(f"{_mail(story)} may go to {story.person.first_name} again"))


def _mail(story: Story) -> str:
    """Which letters a stop is about."""
    kinds = {str(kind): str(kind.label) for kind in MailKind if kind != MailKind.ALL}
    return kinds.get(story.fact("kind"), "letters")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


ABOUT_LETTERS: Mapping[str, Callable[[Story], Line | None]] = {
    "plan.begun": _plan_begun,
    "plan.changed": _plan_ended,
    "plan.ended": _plan_ended,
    "plan.letter_sent": _plan_ended,
    "letter.changed": _own_words(
        "put the letter “{name}” in other words", "The letter “{name}” was put in other words"
    ),
    "letter.restored": _own_words(
        "put the letter “{name}” back to the original",
        "The letter “{name}” was put back to the original",
    ),
    "reminder.added": _reminder("made a reminder", "A reminder was made"),
    "reminder.done": _reminder("did what was to be done", "Done"),
    "reminder.reopened": _reminder("opened a thing to do again", "To be done after all"),
    "reminder.handed": _reminder_handed,
    "reminder.skipped": _reminder_skipped,
    "reminder.snoozed": _reminder("put a reminder off", "A reminder was put off"),
    "message.queued": _letter("{letter} is ready to go"),
    "message.sent": _letter("{letter} went out"),
    "message.failed": _letter("{letter} could not be delivered", tone="repair"),
    "message.uncertain": _letter("{letter} may or may not have arrived", tone="repair"),
    "message.cancelled": _letter("{letter} was held back"),
    "message.delivered": _letter("{letter} was delivered"),
    "message.bounced": _letter("{letter} came back", tone="repair"),
    "message.complained": _letter("{letter} was marked as unwanted", tone="repair"),
    "canary.asked": _canary,
    "sending.paused": _sending("Letters wait: too many were marked as unwanted", tone="repair"),
    "sending.resumed": _sending("Letters may leave again"),
    "address.suppressed": _address_suppressed,
    "address.restored": _address_restored,
}
