"""People the business knows, the firms they work for, and what happened with them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Collate, Lower

from businesses.models import TenantForeignKey, TenantModel
from contacts.addresses import LONGEST_ADDRESS, LONGEST_PHONE
from contacts.names import LONGEST_NAME, first_name_of
from contacts.querysets import CompanyQuerySet, ContactQuerySet, plain
from contacts.states import KEEP_IN_TOUCH_DAYS, TOUCHES, Circle, InteractionKind, Rest, Source

# Names sort by their plain form, byte by byte, so that the order is the same on every machine.
_NAME_KEY = models.TextField(db_collation="C")
LONGEST_TEXT = 5000
LONGEST_TAG = 40
MOST_TAGS = 20


class Company(TenantModel):
    """A firm that contacts belong to; with `partner_since`, referrals go both ways."""

    name = models.CharField(max_length=100)
    name_key = models.GeneratedField(
        expression=plain(F("name")), output_field=_NAME_KEY, db_persist=True
    )
    website = models.URLField(blank=True)
    postal_address = models.TextField(max_length=300, blank=True)
    trade = models.CharField(max_length=100, blank=True)
    good_referral = models.TextField("who is a good referral for them", max_length=500, blank=True)
    # The trades that serve the same people and do not compete: whom they meet every week.
    sphere = ArrayField(
        models.CharField(max_length=LONGEST_TAG), default=list, db_default=Value("{}"), blank=True
    )
    partner_since = models.DateField(null=True, blank=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "companies"
        indexes = [
            models.Index(fields=["business", "name_key"], name="company_by_name"),
            GinIndex(
                fields=["business", "name_key"],
                opclasses=["uuid_ops", "gin_trgm_ops"],
                name="company_search",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "name"],
                name="company_named_once",
                violation_error_message="There is already a firm of this name.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="company_has_name",
                violation_error_message="A firm needs a name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_partner(self) -> bool:
        return self.partner_since is not None


class Contact(TenantModel):
    """A person the business knows; at once perhaps customer, advocate and partner."""

    name = models.CharField(max_length=LONGEST_NAME)
    name_key = models.GeneratedField(
        expression=plain(F("name")), output_field=_NAME_KEY, db_persist=True
    )
    email = models.EmailField("e-mail", max_length=LONGEST_ADDRESS, blank=True)
    # Compared in SQL: behind the fence an expression such as lower(email) would use no index.
    email_key = models.GeneratedField(
        expression=Lower(Collate("email", "pg_c_utf8")),
        output_field=models.CharField(max_length=LONGEST_ADDRESS),
        db_persist=True,
    )
    # By which two spellings of one mailbox are known: `contacts.addresses.mailbox_key`, in SQL.
    mailbox = models.GeneratedField(
        expression=Func(F("email"), function="contacts_mailbox"),
        output_field=models.CharField(max_length=LONGEST_ADDRESS),
        db_persist=True,
    )
    phone = models.CharField(max_length=LONGEST_PHONE, blank=True)
    company = TenantForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="people"
    )
    job_title = models.CharField(max_length=100, blank=True)
    postal_address = models.TextField(max_length=300, blank=True)
    note = models.TextField(max_length=LONGEST_TEXT, blank=True)
    circle = models.CharField(max_length=8, choices=Circle, default=Circle.WIDER)
    keep_in_touch_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    last_touch_on = models.DateField(null=True, blank=True)
    next_touch_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.UNKNOWN)
    met_through = TenantForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="people_met"
    )
    customer_since = models.DateField(null=True, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    # What people have in common, in small letters: a choir, a school, a street.
    tags = ArrayField(
        models.CharField(max_length=LONGEST_TAG), default=list, db_default=Value("{}"), blank=True
    )
    # Somebody of us knows that they are happy, since this day; it counts for a year.
    happy_on = models.DateField(null=True, blank=True)
    rests = models.CharField(max_length=11, choices=Rest, blank=True)
    rests_since = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["business", "name_key", "id"], name="contact_by_name"),
            models.Index(fields=["business", "circle", "name_key", "id"], name="contact_by_circle"),
            models.Index(
                fields=["business", "next_touch_on", "id"],
                condition=Q(next_touch_on__isnull=False),
                name="contact_due_for_touch",
            ),
            models.Index(
                fields=["business", "-customer_since", "id"],
                condition=Q(customer_since__isnull=False, source=Source.UNKNOWN, rests=""),
                name="contact_source_missing",
            ),
            models.Index(
                fields=["business", "phone"], condition=~Q(phone=""), name="contact_by_phone"
            ),
            models.Index(
                fields=["business", "mailbox"], condition=~Q(mailbox=""), name="contact_by_mailbox"
            ),
            GinIndex(
                fields=["business", "name_key"],
                opclasses=["uuid_ops", "gin_trgm_ops"],
                name="contact_search",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "email_key"],
                condition=~Q(email_key=""),
                name="contact_address_once",
                violation_error_message="Somebody with this address is already here.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="contact_has_name",
                violation_error_message="A person needs a name.",
            ),
            models.CheckConstraint(
                condition=Q(circle__in=Circle.values),
                name="contact_circle_known",
                violation_error_message="Choose one of the circles.",
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values),
                name="contact_source_known",
                violation_error_message="Choose one of the ways people find you.",
            ),
            models.CheckConstraint(
                condition=Q(keep_in_touch_days=None)
                | Q(keep_in_touch_days__gte=1, keep_in_touch_days__lte=3650),
                name="contact_interval_sane",
                violation_error_message="Keep in touch every 1 to 3,650 days.",
            ),
            models.CheckConstraint(
                condition=~Q(circle=Circle.PASSING) | Q(next_touch_on=None),
                name="contact_passing_not_due",
                violation_error_message="Nobody is reminded of people who are merely passing.",
            ),
            models.CheckConstraint(
                condition=Q(met_through=None) | ~Q(met_through=F("id")),
                name="contact_not_met_through_self",
                violation_error_message="Nobody is met through themself.",
            ),
            models.CheckConstraint(
                condition=Q(rests="", rests_since=None)
                | Q(rests__in=Rest.values, rests_since__isnull=False, next_touch_on=None),
                name="contact_rest_whole",
                violation_error_message="Nobody is reminded of people who are left in peace.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def company_name(self) -> str:
        return self.company.name if self.company else ""

    @property
    def is_of_unknown_source(self) -> bool:
        """A customer of whom nobody has said how they found the business."""
        known = self.source != Source.UNKNOWN
        return self.customer_since is not None and not known and not self.rests

    @property
    def is_erased(self) -> bool:
        """Nothing of them is known any more; the row keeps the place of what they did."""
        return self.rests == Rest.ERASED

    @property
    def first_name(self) -> str:
        """What to call them in a letter."""
        return first_name_of(self.name)

    @property
    def interval(self) -> timedelta | None:
        """How long may pass between two touches; None where nobody is reminded."""
        if self.circle == Circle.PASSING or self.rests:
            return None
        days = self.keep_in_touch_days or KEEP_IN_TOUCH_DAYS[self.circle]
        return None if days is None else timedelta(days=days)

    def erase(self, name: str, *, now: datetime) -> None:
        """Only when they came, and that it was so, stays; `name` stands where theirs stood."""
        self.rest(Rest.ERASED, now=now)
        self.rests_since = now
        self.name = name
        self.email = self.phone = self.job_title = self.postal_address = self.note = ""
        self.timezone = ""
        self.company = self.met_through = self.keep_in_touch_days = self.happy_on = None
        self.tags = []

    def rest(self, why: str, *, now: datetime) -> None:
        """Leave them in peace from now on; another reason keeps the day on which it began."""
        self.rests = Rest(why)
        self.rests_since = self.rests_since or now
        self.next_touch_on = None

    def resume(self, today: date) -> None:
        """It is taken back: be in touch as before."""
        self.rests, self.rests_since = "", None
        self.plan_next_touch(self.last_touch_on or today)

    def touch(self, on: date) -> None:
        """We were in touch on this day. An earlier day than the last one changes nothing."""
        if self.last_touch_on is None or on > self.last_touch_on:
            self.last_touch_on = on
        self.plan_next_touch(self.last_touch_on)

    def plan_next_touch(self, counting_from: date) -> None:
        """Set when to be in touch again, an interval after the given day."""
        self.next_touch_on = None if self.interval is None else counting_from + self.interval


class Formerly(TenantModel):
    """Under which id somebody was known here before two entries of one person became one."""

    OF_CONTACT = "contact"
    OF_ADVOCATE = "advocate"

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="formerly")
    label = models.CharField(max_length=40)
    former_id = models.UUIDField()

    class Meta:
        verbose_name_plural = "former ids"
        constraints = [
            models.UniqueConstraint(
                fields=["business", "label", "former_id"], name="formerly_leads_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.former_id}"


class Interaction(TenantModel):
    """Something that happened with a contact."""

    contact = TenantForeignKey(Contact, models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=8, choices=InteractionKind)
    occurred_at = models.DateTimeField()
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    # A membership lies outside the fence, so a composite key to it is impossible.
    member_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["business", "contact", "-occurred_at", "-id"], name="interaction_timeline"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=InteractionKind.values),
                name="interaction_kind_known",
                violation_error_message="Choose what kind of thing happened.",
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__lte=1440),
                name="interaction_within_a_day",
                violation_error_message="Nothing lasts longer than a day here.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_touch(self) -> bool:
        return self.kind in TOUCHES

    def day_at(self, timezone: str) -> date:
        return self.occurred_at.astimezone(ZoneInfo(timezone)).date()


class ImportRow(TypedDict):
    """A row of a file that will become a contact, cleaned."""

    name: str
    email: str
    phone: str
    company_name: str
    job_title: str
    postal_address: str
    note: str


class ImportProblem(TypedDict):
    """A row of a file that cannot be imported: where, why, and what it said."""

    line: int
    reason: str
    cells: Sequence[str]


class ContactImport(TenantModel):
    """An uploaded file between its preview and its import. The browser only holds its id.

    The rows are emptied once they are imported; the problems stay, to be given back.
    """

    file_name = models.CharField(max_length=100)
    format = models.CharField(max_length=20)
    header: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    rows: models.JSONField[list[ImportRow], list[ImportRow]] = models.JSONField(default=list)
    problems: models.JSONField[list[ImportProblem], list[ImportProblem]] = models.JSONField(
        default=list
    )
    member_id = models.UUIDField(null=True, blank=True)
    created_count = models.PositiveIntegerField(default=0)
    existing_count = models.PositiveIntegerField(default=0)
    done_at: models.DateTimeField[Any, datetime | None] = models.DateTimeField(
        null=True, blank=True
    )

    class Meta:
        indexes = [models.Index(fields=["business", "created_at"], name="contact_import_recent")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
