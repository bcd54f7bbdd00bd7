"""What a letter of the catalogue is made of: its words, and the fields that they may name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from outreach.sources import ALONE, Form, Part, Value
from outreach.states import MailKind


@dataclass(frozen=True, slots=True)
class Named:
    """A field that words may name. `example` stands in a preview; `needed` says why it stays."""

    name: str
    meaning: str
    example: Value
    form: Form = Form.WORDS
    needed: str = ""
    label: str = ""

    @property
    def stands_alone(self) -> bool:
        return self.form in ALONE


@dataclass(frozen=True)
class Words:
    """A subject and a body, with named fields in them."""

    subject: str
    body: str


@dataclass(frozen=True)
class LetterText:
    """One letter. `inner` are fields that only the values of other fields name."""

    key: str
    name: str
    moment: str
    about: str
    mail_kind: MailKind
    original: Words
    fields: tuple[Named, ...]
    inner: Mapping[str, Value] = field(default_factory=dict)
    inner_forms: Mapping[str, Form] = field(default_factory=dict)
    # Whom the person it is tried with stands for.
    tried_as: Mapping[str, str] = field(default_factory=lambda: {"first_name": "first_name"})
    is_editable: bool = True
    # Below a letter that answers all of its readers there is none.
    has_stop_link: bool = True

    @cached_property
    def names(self) -> Collection[str]:
        return [one.name for one in self.fields]

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        return {one.name: one.form for one in self.fields} | dict(self.inner_forms)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        return {one.name: one.label for one in self.fields if one.label}

    @cached_property
    def examples(self) -> Mapping[str, Value]:
        """A value for each field, as in a letter that might be."""
        return {one.name: one.example for one in self.fields} | dict(self.inner)


# Fields that most letters have.
FIRST_NAME = Named("first_name", "first name of whoever it goes to", "Elena")
SENDER = Named("sender", "whoever of you writes", "")
FIRM = Named("firm", "your firm", "")
FIRM_WITH_TRADE = Part("{firm}: {tagline}")
FIRM_ALONE = Part("{firm}")
ADVOCATE = Named("advocate", "first name of whoever introduces", "Elena")
HOST = Named("host", "who of you meets them", "")
ABOUT_FIRM = Named("about_firm", "your firm, and what you do if you have said so", FIRM_ALONE)
