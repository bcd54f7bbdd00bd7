"""`manage.py doctor` says in words how things stand, and ends with 1 when something is wrong."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from activity.actors import Actor
from activity.models import Reaction
from activity.services import number_events, record_event
from businesses import clock
from businesses.models import Business, Membership, User
from desk.workings import SWEEPS
from outreach.models import AccountMessage, JobRun, Message
from outreach.resting import Trouble
from outreach.services import hold_all_mail, keep_stuck, send_canary
from tests.desk.factories import a_thank_you_letter
from tests.outreach.factories import acting
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = {
    "firm.se": "v=spf1 include:_spf.provider.se -all",
    "post._domainkey.firm.se": "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3",
    "_dmarc.firm.se": "v=DMARC1; p=quarantine",
}


class NameServer:
    """Answers what it was given, to UDP, on a free loopback port."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.is_silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                asked, who = self._socket.recvfrom(4096)
            except OSError:
                return
            if not self.is_silent:
                self._socket.sendto(self._answer(asked), who)

    def _answer(self, asked: bytes) -> bytes:
        question = dns.message.from_wire(asked)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        name = question.question[0].name
        text = self.texts.get(name.to_text(omit_final_dot=True))
        if text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
        return answer.to_wire()


@pytest.fixture
def names() -> Iterator[NameServer]:
    server = NameServer()
    server.texts = dict(GOOD)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _well(settings: Settings, names: NameServer) -> Iterator[None]:
    """A mail server that answers, sweeps that ran, and a domain with all it needs."""
    server = SmtpServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    settings.MAIL_FROM, settings.DKIM_SELECTOR = "letters@firm.se", "post"
    now = clock.now()
    for name in SWEEPS:
        JobRun.objects.create(name=name, last_started_at=now, last_finished_at=now)
    yield
    server.close()


def said_by_doctor(names: NameServer) -> str:
    said = StringIO()
    call_command("doctor", "--dns", names.address, stdout=said)
    return said.getvalue()


def wrong(names: NameServer) -> list[str]:
    """What it calls wrong; it must end with 1."""
    said = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("doctor", "--dns", names.address, stdout=said)
    assert ended.value.returncode == 1
    return [line for line in said.getvalue().splitlines() if line.startswith("WRONG")]


def test_all_is_well(business: Business, names: NameServer) -> None:
    said = said_by_doctor(names)

    assert "All is well" in said
    assert "WRONG" not in said
    for line in ("SPF: firm.se", "DKIM: there is a key", "DMARC: firm.se", "Letters are sent"):
        assert f"ok    {line}" in said


def test_it_says_that_no_letter_is_taken_and_why(business: Business, names: NameServer) -> None:
    Trouble(0).goes_on("The mail server does not let us in (535).", now=clock.now(), patience=1)

    [found] = wrong(names)

    assert "No letter was taken since" in found
    assert "The mail server does not let us in (535)." in found


def test_what_is_overdue_or_failed_is_named_by_business(
    business: Business, other_business: Business, names: NameServer
) -> None:
    with acting(business):
        a_thank_you_letter(business, clock.now() - timedelta(minutes=6))
    with acting(other_business):
        letter = a_thank_you_letter(other_business, clock.now())
        letter.state = "failed"
        letter.save()

    found = wrong(names)

    assert len(found) == 2
    assert f"/b/{business.slug}/: letters due since" in found[0]
    assert f"/b/{other_business.slug}/: 1 letter could not be sent" in found[1]


def test_it_says_what_health_says(
    business: Business, names: NameServer, alice: User, by_alice: Actor
) -> None:
    now = clock.now()
    with acting(business):
        failed, sent, held = (a_thank_you_letter(business, now) for _ in range(3))
        Message.objects.filter(pk=failed.pk).update(state="failed", last_reason="550 no such")
        Message.objects.filter(pk=sent.pk).update(state="sent", sent_at=now)
        sent.recipients.update(state="failed", reason="552 full")
        Message.objects.filter(pk=held.pk).update(state="held", hold_reason="x")
        event = record_event(
            business=business, name="test.done", actor=by_alice, subject=business, now=now
        )
        Reaction.objects.create(
            business=business,
            event=event,
            handler="x",
            state="failed",
            due_at=now,
            last_problem="OperationalError",
        )
        keep_stuck(
            business_id=business.pk, label="ask", row_id=event.pk, problem="KeyError", now=now
        )
        member = Membership.objects.get(business=business, user=alice)
        send_canary(member=member, now=now - timedelta(minutes=6))
    AccountMessage.objects.create(
        user=alice, address=alice.email, due_at=now, state="failed", last_reason="554 no"
    )

    found = "\n".join(wrong(names))

    for said in (
        "1 letter about accounts did not surely leave. The last: 554 no",
        "1 letter held back.",
        "1 letter could not be sent. The last: 550 no such",
        "1 recipient refused a letter that others have. The last: 552 full",
        "1 thing did not follow, tried again and again. The last: OperationalError",
        f"An ask ({event.pk}) goes no further since",
        "KeyError",
        "a letter to oneself waits since",
    ):
        assert said in found, said


def test_it_says_what_is_due_and_when_each_sweep_runs_next(
    business: Business, names: NameServer
) -> None:
    now = clock.now()
    with acting(business):
        a_thank_you_letter(business, now)
    number_events()

    said = said_by_doctor(names)

    due = f"letters of /b/{business.slug}/, since {now:%H:%M:%S} UTC."
    assert f"ok    The oldest that is due: {due}" in said
    assert said.count("; next at ") == len(SWEEPS)


def test_letters_that_wait_for_their_own_business_are_said_and_are_not_wrong(
    business: Business, names: NameServer
) -> None:
    Business.objects.filter(pk=business.pk).update(confirmed_at=None)
    with acting(business):
        business.refresh_from_db()
        a_thank_you_letter(business, clock.now())

    said = said_by_doctor(names)

    assert "1 letter held until its owner has confirmed the address." in said


def test_a_redis_that_is_away_is_wrong(names: NameServer, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        nobody = unused.getsockname()[1]
    redis = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{nobody}/0"}
    settings.CACHES = {**settings.CACHES, "default": redis}

    [found] = wrong(names)

    assert "Redis does not answer" in found
    assert "letters leave some seconds later" in found


def test_a_database_that_is_away_is_wrong_and_the_rest_is_said(names: NameServer) -> None:
    known = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no_such_database"
    try:
        said = StringIO()
        with pytest.raises(CommandError, match="One thing is wrong"):
            call_command("doctor", "--dns", names.address, stdout=said)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = known

    assert "WRONG The database: " in said.getvalue()
    assert "no_such_database" in said.getvalue()
    assert "ok    Redis answers." in said.getvalue()
    assert "SPF: firm.se" in said.getvalue()


def test_a_sweep_that_stands_still_is_wrong(names: NameServer) -> None:
    stale = clock.now() - timedelta(minutes=3)
    JobRun.objects.filter(name__endswith="send_due_letters").update(last_finished_at=stale)

    [found] = wrong(names)

    assert "Letters are sent: last run" in found


def test_held_mail_is_wrong(names: NameServer) -> None:
    hold_all_mail(now=clock.now())

    [found] = wrong(names)

    assert "All mail is held since" in found


def test_a_mail_server_that_is_away_is_wrong(names: NameServer, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        settings.EMAIL_PORT = unused.getsockname()[1]

    [found] = wrong(names)

    assert "cannot be reached" in found


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("firm.se", None, "SPF: firm.se does not say who may send"),
        ("firm.se", "v=spf1 +all", "SPF: firm.se lets anybody send"),
        ("post._domainkey.firm.se", None, "DKIM: there is no key"),
        ("post._domainkey.firm.se", "v=DKIM1; p=", "DKIM: the key at"),
        ("_dmarc.firm.se", None, "DMARC: firm.se has no policy"),
        ("_dmarc.firm.se", "v=DMARC1; p=perhaps", "DMARC: the policy of firm.se cannot be read"),
    ],
)
def test_what_the_domain_lacks_is_said(
    names: NameServer, name: str, text: str | None, says: str
) -> None:
    names.texts = {key: value for key, value in GOOD.items() if key != name}
    if text is not None:
        names.texts[name] = text

    [found] = wrong(names)

    assert says in found


def test_a_policy_of_the_domain_above_counts(names: NameServer, settings: Settings) -> None:
    settings.MAIL_FROM = "letters@mail.firm.se"
    names.texts |= {"mail.firm.se": "v=spf1 -all", "post._domainkey.mail.firm.se": "p=MIGf"}

    assert "DMARC: mail.firm.se has a policy" in said_by_doctor(names)


def test_where_dns_does_not_answer_it_says_so_and_nothing_is_wrong(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.sending_domain.SECONDS", 0.2)
    names.is_silent = True

    said = said_by_doctor(names)

    assert said.count("?     ") == 3
    assert "DNS did not answer" in said


def test_a_local_name_and_a_missing_selector_are_not_asked_about(
    names: NameServer, settings: Settings
) -> None:
    settings.DKIM_SELECTOR = ""
    assert "say in DKIM_SELECTOR" in said_by_doctor(names)

    settings.MAIL_FROM = "letters@localhost"
    assert "localhost is not a name that DNS knows" in said_by_doctor(names)
