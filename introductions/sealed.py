"""The only door to a sealed prospect: what outreach/ looks up at the moment a letter is sent."""

from uuid import UUID

from introductions.models import Introduction

# What a letter to the prospect may say with the prospect's details: {prospect:name} and so on.
FIELDS = {"name": "prospect_first_name", "words": "words", "sentence": "prospect_sentence"}


def fill_prospect(introduction_id: UUID, field: str) -> str:
    """The sealed text behind `{prospect:FIELD}`; empty once it was erased."""
    column = FIELDS.get(field)
    if column is None:
        return ""
    found = Introduction.objects.filter(pk=introduction_id).values_list(column, flat=True).first()
    return found or ""


def prospect_address(introduction_id: UUID) -> str | None:
    """Where the prospect's letter goes; None once nothing may be sent any more."""
    introduction = Introduction.objects.select_related("contact").filter(pk=introduction_id).first()
    if introduction is None:
        return None
    if introduction.contact is not None:
        return introduction.contact.email or None
    return introduction.prospect_email or None
