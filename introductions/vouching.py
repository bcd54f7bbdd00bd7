"""An introduction that the prospect began: what its row can do until the advocate has spoken."""

from datetime import datetime, timedelta

from django.db import models

from introductions.states import EXPIRES_AFTER, VOUCH_WITHIN, IntroductionState, Via


class ByLink(models.Model):
    """They came by the advocate's own link, which is their yes; the advocate is asked to confirm.

    Their address is sealed as any other's. No hash of it is kept before there is a word: who came
    by themself and was not confirmed may be introduced by anybody.
    """

    # Since when the advocate says that they know them. Empty where the owner goes on without.
    vouched_at = models.DateTimeField(null=True, blank=True)

    state: str
    via: str
    words: str
    prospect_hash: str
    former_state: str
    former_due_at: datetime | None
    answered_at: datetime | None
    erased_at: datetime | None
    expires_at: datetime
    due_at: datetime | None

    class Meta:
        abstract = True

    @property
    def came_by_link(self) -> bool:
        return self.via == Via.LINK

    @property
    def goes_on_unvouched(self) -> bool:
        """The owner goes on, although the advocate has not said that they know them."""
        return self.came_by_link and self.vouched_at is None

    def wait_for_vouching(self, *, now: datetime) -> None:
        """Start the time in which the advocate's word is awaited."""
        self.due_at = now + VOUCH_WITHIN
        self.expires_at = self.due_at + EXPIRES_AFTER

    def vouch(self, *, words: str, prospect_hash: str, now: datetime, window: timedelta) -> None:
        """The advocate knows them. With the yes by which they came, both sides have agreed."""
        self._answer(IntroductionState.ACCEPTED, now)
        self.words, self.prospect_hash = words, prospect_hash
        self.vouched_at = now
        self.due_at = now + window

    def go_on(self, *, prospect_hash: str, now: datetime, window: timedelta) -> None:
        self._answer(IntroductionState.ACCEPTED, now)
        self.prospect_hash = prospect_hash
        self.due_at = now + window

    def be_unknown(self, *, now: datetime, window: timedelta) -> None:
        self._answer(IntroductionState.UNKNOWN, now)
        self.due_at = now + window

    def undo_word(self) -> None:
        """Back to the state before somebody spoke; what they said goes."""
        self._move(IntroductionState(self.former_state))
        self.words = self.prospect_hash = ""
        self.vouched_at = None
        self.due_at = self.former_due_at
        self.former_state, self.former_due_at, self.answered_at = "", None, None

    def remain_unvouched(self) -> None:
        self._move(IntroductionState.UNVOUCHED)
        self.due_at = self.expires_at

    def word_can_be_undone(self, now: datetime, window: timedelta) -> bool:
        """Whether whoever spoke may still take it back."""
        return (
            self.came_by_link
            and self.state in (IntroductionState.ACCEPTED, IntroductionState.UNKNOWN)
            and self.erased_at is None
            and self.answered_at is not None
            and now < self.answered_at + window
        )

    def _answer(self, state: IntroductionState, now: datetime) -> None:
        raise NotImplementedError

    def _move(self, state: IntroductionState) -> None:
        raise NotImplementedError
