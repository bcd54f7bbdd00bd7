"""Who signs in, which businesses there are, and what every tenant's row has in common."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import uuid_utils.compat
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from businesses import clock

LONGEST_BLURB = 600
# Two years: whoever wants to wait longer does not want to ask.
MOST_WEEKS = 104
MOST_MINUTES = 7 * 24 * 60


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **more: Any) -> "User":
        """A user who signs in with this address; without a password, by mailed codes only."""
        user = self.model(email=self.normalize_email(email).lower(), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **more: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **more)


class User(AbstractBaseUser):
    """Somebody who signs in. A person may belong to several businesses."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=75, blank=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.email

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """What the admin asks. Roles in a business are Memberships, another matter."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


class Business(models.Model):
    """The tenant: one small business and all its data."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField("firm", max_length=75, blank=True)
    tagline = models.CharField("what you do, and for whom", max_length=200, blank=True)
    website = models.URLField(blank=True)
    # How it introduces itself to people it does not know yet.
    town = models.CharField(max_length=75, blank=True)
    difference = models.CharField("what is different about you", max_length=300, blank=True)
    first_talk = models.CharField("what the first talk gives", max_length=300, blank=True)
    booking_link = models.URLField(blank=True)
    postal_address = models.TextField(max_length=300, blank=True)
    country = models.CharField(max_length=2, default="GB")
    timezone = models.CharField(max_length=64, default="Europe/London")
    currency = models.CharField(max_length=3, default="GBP")
    locale = models.CharField(max_length=16, default="en_GB")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # When letters leave, by the clock on their reader's wall: from the one full hour to the other,
    # on these days of the week (1 is Monday).
    letters_from = models.PositiveSmallIntegerField(default=8)
    letters_until = models.PositiveSmallIntegerField(default=19)
    letter_days = models.CharField(max_length=7, default="12345")
    keeps_holidays = models.BooleanField(default=True)
    # Nobody is asked for an introduction before these days.
    full_until = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    # Nobody is asked again sooner, and what every ask says at first of whom the business helps.
    weeks_between_asks = models.PositiveSmallIntegerField(default=12)
    blurb = models.TextField("whom you help, to be passed on", max_length=LONGEST_BLURB, blank=True)
    # Beside its own; amounts in each stand for themselves.
    other_currencies = ArrayField(
        models.CharField(max_length=3), default=list, db_default=Value("{}"), blank=True
    )
    # So many months after somebody was sent, what they bring still counts for whoever sent them;
    # empty: for ever.
    credit_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # What gifts to one person may cost in a year before a reason is asked for, in whole minor
    # units; empty: no ceiling.
    gift_ceiling: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(
        null=True, blank=True, default=5_000
    )
    # Since when advocates may read what an introduction was worth; empty: they may not.
    values_shown_since = models.DateTimeField(null=True, blank=True)
    # What the owner reckons with, in whole minor units; empty: not known.
    card_costs = models.BigIntegerField(null=True, blank=True)
    hour_costs = models.BigIntegerField(null=True, blank=True)
    minutes_each = models.PositiveSmallIntegerField(null=True, blank=True)
    advertising_a_month = models.BigIntegerField(null=True, blank=True)
    # Too many of its letters were marked as unwanted: they wait until an operator lets them go.
    sending_paused_at = models.DateTimeField(null=True, blank=True)
    sending_resumed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "businesses"
        constraints = [
            models.CheckConstraint(
                condition=Q(letters_until__gt=F("letters_from"), letters_until__lte=24),
                name="business_letters_have_hours",
                violation_error_message="Letters need an hour at least to leave in.",
            ),
            models.CheckConstraint(
                condition=~Q(letter_days=""),
                name="business_letters_have_days",
                violation_error_message="Letters need a day at least to leave on.",
            ),
            models.CheckConstraint(
                condition=Q(weeks_between_asks__gte=1, weeks_between_asks__lte=MOST_WEEKS),
                name="business_asks_rest",
                violation_error_message="An ask rests from 1 to 104 weeks.",
            ),
            models.CheckConstraint(
                condition=Q(credit_months=None) | Q(credit_months__gte=1, credit_months__lte=600),
                name="business_credits_for_months",
                violation_error_message="What somebody brings counts for 1 to 600 months.",
            ),
            models.CheckConstraint(
                condition=Q(gift_ceiling=None) | Q(gift_ceiling__gte=0),
                name="business_gifts_cost_something",
                violation_error_message="A ceiling is an amount, or none.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    @property
    def knows_its_sender(self) -> bool:
        """Whether letters can say who they are from: the firm and a real postal address."""
        return bool(self.name and self.postal_address)

    @property
    def may_send(self) -> bool:
        """Whether letters may leave: the sender is known, the owner's address is confirmed, and
        nothing has paused them.
        """
        confirmed = self.confirmed_at is not None
        return self.knows_its_sender and confirmed and not self.is_paused

    @property
    def is_paused(self) -> bool:
        """Whether its letters wait because too many were marked as unwanted."""
        return self.sending_paused_at is not None

    @property
    def shows_values(self) -> bool:
        """Whether advocates may read what came of it in money, where the prospect lets them."""
        return self.values_shown_since is not None

    def asks_wait_until(self, today: date) -> date | None:
        """The day on which asks may leave again; None where they need not wait."""
        days = (self.full_until, self.closed_until)
        return max((day for day in days if day is not None and day > today), default=None)


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"


# Between these full hours a morning letter may come.
EARLIEST_MORNING = 5
LATEST_MORNING = 11


def first_look() -> datetime:
    """Whoever has just come is told nothing in their first hour."""
    return clock.now() + timedelta(hours=1)


class Membership(models.Model):
    """A user's role in a business."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role)
    # Their own mail: on working mornings what is due, and once a month how it goes.
    morning_letter = models.BooleanField(default=True)
    morning_hour = models.PositiveSmallIntegerField(default=8)
    month_letter = models.BooleanField(default=False)
    # What they say of themself in the letter that introduces them to somebody.
    self_introduction = models.TextField(max_length=500, blank=True)
    # In which month, by its first day, they were last told of the one before.
    told_in_month = models.DateField(null=True, blank=True)
    # Empty: the business's.
    timezone = models.CharField(max_length=64, blank=True)
    # When it is to be seen next whether there is something to tell them; empty: never.
    letters_due_at = models.DateTimeField(null=True, blank=True, default=first_look)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["letters_due_at"],
                condition=Q(letters_due_at__isnull=False),
                name="membership_letters_due",
            ),
        ]
        constraints = [
            # What tenants' rows name a member by.
            models.UniqueConstraint(fields=["business", "id"], name="membership_tenant_key"),
            models.CheckConstraint(
                condition=Q(morning_hour__gte=EARLIEST_MORNING, morning_hour__lte=LATEST_MORNING),
                name="membership_morning_is_one",
            ),
            models.UniqueConstraint(fields=["business", "user"], name="one_membership_each"),
            models.UniqueConstraint(
                fields=["business"], condition=Q(role=Role.OWNER), name="one_owner_each"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.business}"

    @property
    def may_manage(self) -> bool:
        """Whether what opens the business to others is theirs to give: its keys."""
        return self.role in {Role.OWNER, Role.MANAGER}

    @property
    def may_write(self) -> bool:
        """Whether anything is theirs to do."""
        return self.role != Role.VIEWER

    @property
    def label(self) -> str:
        """How colleagues read it: a name, or the address while there is none."""
        return self.user.name or self.user.email


class Scope(models.TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Read and write"
    ADMIN = "admin", "Everything, also keys and settings"


class ApiKey(models.Model):
    """What an integration signs in with. Shown once; only its hash is kept.

    Stands outside the fence, since it tells which business a request is for.
    """

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=75)
    scope = models.CharField(max_length=5, choices=Scope)
    # The beginning of the key, by which people tell their keys apart.
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="api_key_scope_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def may_write(self) -> bool:
        return self.scope in {Scope.WRITE, Scope.ADMIN}


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A key to a row of the same business.

    Django makes neither constraint nor index: `FenceTable` makes the composite ones, so that a row
    can never name another tenant's.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)


class TenantRow(models.Model):
    """What every row behind the fence has."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, db_index=False, related_name="+")

    class Meta:
        abstract = True


class TenantModel(TenantRow):
    """A row that says when it was made. (One of the history need not: its event says it.)"""

    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


class Picture(TenantModel):
    """A face or a logo, as `businesses.pictures` has redrawn it: small, and nothing but pixels."""

    image = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["business"], name="picture_one_each"),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk}"
