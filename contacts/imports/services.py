"""A file, previewed and then imported once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TypeVar
from uuid import UUID

from activity.actors import Actor, ActorKind
from activity.services import record_event
from businesses.models import Business
from businesses.tenancy import locked
from contacts.imports.preview import Preview
from contacts.imports.readers import read_file
from contacts.imports.table import write_table
from contacts.models import Company, Contact, ContactImport, ImportRow
from contacts.querysets import plain

# An upload that nobody went on with is forgotten: it holds people's addresses.
FORGET_UNFINISHED_AFTER = timedelta(days=1)
_BATCH = 1000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`created` are the new contacts; `existing` counts rows of people who were here before."""

    created: Sequence[Contact]
    existing: int


def preview_file(
    *, business: Business, data: bytes, file_name: str, by: Actor, now: datetime
) -> ContactImport:
    """Read the file and keep what it says until it is imported. Raises what `read_file` raises."""
    preview = read_file(data, region=business.country)
    return keep_preview(business=business, preview=preview, file_name=file_name, by=by, now=now)


def keep_preview(
    *, business: Business, preview: Preview, file_name: str, by: Actor, now: datetime
) -> ContactImport:
    ContactImport.objects.filter(
        business=business, done_at=None, created_at__lt=now - FORGET_UNFINISHED_AFTER
    ).delete()
    return ContactImport.objects.create(
        business=business,
        file_name=PurePath(file_name.replace("\0", "")).name[-100:],
        format=preview.format,
        header=list(preview.header),
        rows=preview.rows,
        problems=preview.problems,
        member_id=by.id if by.kind == ActorKind.MEMBER else None,
        created_at=now,
    )


def run_import(*, contact_import: ContactImport, by: Actor, now: datetime) -> ContactImport:
    """Import what was previewed. A second time changes nothing and returns the first result."""
    contact_import = locked(contact_import)
    if contact_import.is_done:
        return contact_import
    result = import_preview(business=contact_import.business, rows=contact_import.rows, now=now)
    contact_import.created_count = len(result.created)
    contact_import.existing_count = result.existing
    contact_import.rows = []
    contact_import.done_at = now
    contact_import.save()
    record_event(
        business=contact_import.business,
        name="contacts.imported",
        actor=by,
        subject=contact_import,
        about=result.created,
        payload={"created": len(result.created), "existing": result.existing},
        now=now,
    )
    return contact_import


def import_preview(*, business: Business, rows: Sequence[ImportRow], now: datetime) -> ImportResult:
    """Make contacts of the rows whose people are not here yet; who is here is left as they are.

    Somebody is here with the same address, or, in a row without one, with the same name and number.
    The imported are due for no touch until there was a first one, or until they are put in a
    circle by hand: an address book is no promise to ring everybody in it.
    """
    known = _known_among(rows)
    fresh: list[ImportRow] = []
    for row in rows:
        key = _identity(row["name"], row["email"], row["phone"])
        if key not in known:
            known.add(key)
            fresh.append(row)
    companies = _companies(business, {row["company_name"] for row in fresh}, now)
    contacts = [
        Contact(
            business=business,
            name=row["name"],
            email=row["email"],
            phone=row["phone"],
            company=companies.get(row["company_name"].casefold()),
            job_title=row["job_title"],
            postal_address=row["postal_address"],
            note=row["note"],
            created_at=now,
        )
        for row in fresh
    ]
    # Somebody may add one of them by hand at this moment: theirs stays, ours is left out.
    Contact.objects.bulk_create(contacts, batch_size=_BATCH, ignore_conflicts=True)
    created = list(_in_batches({contact.pk for contact in contacts}))
    return ImportResult(created, len(rows) - len(created))


def bad_rows_csv(contact_import: ContactImport) -> str:
    """The rows that were not imported, as they came, with the reason for each in front."""
    return write_table(
        ["Row", "Why it was not imported", *contact_import.header],
        [
            [str(problem["line"]), problem["reason"], *problem["cells"]]
            for problem in contact_import.problems
        ],
    )


def _identity(name: str, email: str, phone: str) -> tuple[str, ...]:
    return (email.lower(),) if email else (name.casefold(), phone)


def _known_among(rows: Sequence[ImportRow]) -> set[tuple[str, ...]]:
    """The identities among the rows that contacts of the business have already."""
    known: set[tuple[str, ...]] = set()
    addresses = [row["email"].lower() for row in rows if row["email"]]
    names = [row["name"] for row in rows if not row["email"]]
    for some in _batches(addresses):
        known |= {
            (key,)
            for key in Contact.objects.filter(email_key__in=some).values_list(
                "email_key", flat=True
            )
        }
    for some in _batches(names):
        known |= {
            _identity(name, "", phone)
            for name, phone in Contact.objects.filter(name__in=some).values_list("name", "phone")
        }
    return known


def _companies(business: Business, names: Collection[str], now: datetime) -> dict[str, Company]:
    """The companies of these names by casefolded name, with the missing ones made."""
    wanted = {name.casefold(): name for name in sorted(names) if name}
    found = _companies_named(wanted.values())
    Company.objects.bulk_create(
        [
            Company(business=business, name=name, created_at=now)
            for key, name in wanted.items()
            if key not in found
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    return _companies_named(wanted.values())


def _companies_named(names: Iterable[str]) -> dict[str, Company]:
    return {
        company.name.casefold(): company
        for some in _batches(list(names))
        for company in Company.objects.filter(name_key__in=[plain(name) for name in some])
    }


def _in_batches(keys: Iterable[UUID]) -> Iterable[Contact]:
    for some in _batches(list(keys)):
        yield from Contact.objects.filter(pk__in=some)


def _batches(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
