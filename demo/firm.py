"""Who the demo's firm is, and who signs in to it."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings

from businesses.keys import PREFIX_LENGTH, make_api_key
from businesses.models import Business, Membership, Role, Scope, User
from businesses.profile import ProfileChanges, change_profile, introduce_member
from businesses.services import confirm_owner, introduce_sender, open_business

NAME = "Lindqvist Bookkeeping"
TAGLINE = "Bookkeeping for small workshops"
POSTAL_ADDRESS = "Harbour Street 12, 222 22 Lund, Sweden"
OWNER = "Elena Lindqvist"
OWNERS_WORDS = "I am Elena, and I keep the books of workshops that would rather be working."
PROFILE: ProfileChanges = {
    "town": "Lund",
    "website": "https://lindqvist.example",
    "difference": "We come to the workshop, and no receipt has to be sorted before.",
    "first_talk": "Half an hour over your last quarter, and you know where the money goes.",
}
TEAM_MATE = ("Nadia Ek", "nadia@lindqvist.example")
TEAM_MATE_AFTER = timedelta(days=330)


def find_firm() -> Business | None:
    """The demo business, if there is one: the first of those that its owner owns."""
    owned = Business.objects.filter(
        memberships__user__email=settings.DEMO_EMAIL, memberships__role=Role.OWNER
    )
    return owned.order_by("created_at").first()


def open_firm(*, now: datetime) -> tuple[Business, dict[str, Membership]]:
    """The business with its two members, by first name, confirmed and ready to write letters."""
    owner = _user(settings.DEMO_EMAIL, OWNER, settings.DEMO_PASSWORD, now)
    business = open_business(
        user=owner,
        tagline=TAGLINE,
        timezone="Europe/Stockholm",
        country="SE",
        currency="EUR",
        locale="en_GB",
        now=now,
    )
    introduce_sender(
        business=business, user=owner, name=OWNER, firm=NAME, postal_address=POSTAL_ADDRESS
    )
    change_profile(business=business, changes=PROFILE)
    confirm_owner(user=owner, now=now)
    business.refresh_from_db()
    mate = Membership.objects.create(
        business=business,
        user=_user(TEAM_MATE[1], TEAM_MATE[0], "", now + TEAM_MATE_AFTER),
        role=Role.MEMBER,
        created_at=now + TEAM_MATE_AFTER,
    )
    owners = Membership.objects.select_related("user", "business").get(
        business=business, user=owner
    )
    introduce_member(member=owners, words=OWNERS_WORDS)
    return business, {"Elena": owners, "Nadia": mate}


def ensure_api_key(*, firm: Business, now: datetime) -> None:
    """Give the firm the API key of the settings, unless it has it. A withdrawn one stays so."""
    secret = settings.DEMO_API_KEY
    if not secret or firm.api_keys.filter(prefix=secret[:PREFIX_LENGTH]).exists():
        return
    owner = User.objects.get(email=settings.DEMO_EMAIL)
    make_api_key(
        business=firm,
        name="Printed by make run",
        scope=Scope.WRITE,
        made_by=owner,
        secret=secret,
        now=now,
    )


def _user(email: str, name: str, password: str, now: datetime) -> User:
    """A user who has confirmed their address; one who is there already keeps their sessions."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password or None, name=name, date_joined=now)
    elif password and not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user
