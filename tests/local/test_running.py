"""What `make run` promises while it runs (issue 2, item 1)."""

import json
import os
import re
import smtplib
import stat
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from businesses.keys import MARK
from config.local.parts import keep_secrets
from tests import database
from tests.local.product import ROOT, Product, wait_for

pytestmark = pytest.mark.stack


def test_it_says_where_it_is_how_to_sign_in_and_where_letters_are(product: Product) -> None:
    assert product.says["Ready"] == f"{product.url}/"
    assert product.says["Letters"] == f"{product.url}/inbox/"
    assert re.fullmatch(r"\S+@\S+ \S+", product.says["Sign in"])
    assert list(product.says) == ["Ready", "Sign in", "Letters", "API key"]
    assert product.get("/readyz")[0] == 200


def test_its_api_key_opens_the_demo_business(product: Product) -> None:
    key = product.says["API key"]

    status, told = product.get("/api/v1/", Authorization=f"Bearer {key}")

    assert status == 200
    assert json.loads(told)["business"]["name"] == "Lindqvist Bookkeeping"
    assert product.environment()["DEMO_API_KEY"] == key


def test_it_runs_web_worker_beat_catcher_and_both_servers(product: Product) -> None:
    assert product.child("gunicorn", "config.wsgi")
    assert product.child("celery", "worker")
    assert product.child("celery", "beat")
    assert product.child("catcher.py")
    assert product.child("valkey-server")
    assert (product.directory / "postgres" / "postmaster.pid").exists()


def test_what_is_secret_can_be_read_by_its_owner_only(product: Product) -> None:
    for name in ("secrets.json", "environment"):
        mode = (product.directory / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
        text = (product.directory / name).read_text()
        assert product.says["Sign in"].split()[1] in text
        assert product.says["API key"] in text


def test_no_log_holds_the_password_or_the_api_key(product: Product) -> None:
    product.get("/api/v1/", Authorization=f"Bearer {product.says['API key']}")
    logs = "".join(path.read_text() for path in (product.directory / "logs").glob("*.log"))

    assert "/api/v1/" in logs
    assert product.says["API key"] not in logs
    assert product.says["Sign in"].split()[1] not in logs


def test_a_directory_made_before_there_were_api_keys_gets_one(tmp_path: Path) -> None:
    first = keep_secrets(tmp_path)
    kept = tmp_path / "secrets.json"
    before = {name: value for name, value in first.items() if name != "DEMO_API_KEY"}
    kept.write_text(json.dumps(before))

    second = keep_secrets(tmp_path)

    assert second == before | {"DEMO_API_KEY": second["DEMO_API_KEY"]}
    assert second["DEMO_API_KEY"].startswith(MARK)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_serves_does_not_know_the_schema_owner(product: Product) -> None:
    for words in (("gunicorn",), ("celery", "worker"), ("celery", "beat")):
        known = product.child(*words).environ()
        assert "DATABASE_OWNER_URL" not in known
        assert "DATABASE_ADMIN_URL" not in known


def test_a_second_start_in_the_same_directory_is_refused(product: Product) -> None:
    complaint = Product(product.directory).refused()

    assert complaint.startswith("It is already running from ")
    assert complaint.count("\n") == 1
    assert product.get("/healthz")[0] == 200


def test_a_port_in_use_is_refused(product: Product, short_path: Path) -> None:
    complaint = Product(short_path, port=product.port).refused()

    assert complaint.startswith(f"Port {product.port} is in use")
    assert complaint.count("\n") == 1


def test_it_runs_beside_another_on_servers_of_the_users(product: Product, short_path: Path) -> None:
    admin_url = os.environ["DATABASE_ADMIN_URL"]
    name = f"external_{os.getpid()}"
    database.copy(admin_url, database.migrated(admin_url), name)
    catcher = product.environment()["EMAIL_URL"]
    other = Product(
        short_path / "local",
        DATABASE_ADMIN_URL=admin_url,
        REDIS_URL=os.environ["REDIS_URL"].rpartition("/")[0] + "/5",
        EMAIL_URL=catcher,
        PUBLIC_URL="https://referrals.example",
        **database.addresses(admin_url, name),
    )
    try:
        other.started()

        assert other.says["Ready"] == "https://referrals.example/"
        assert other.says["Letters"] == catcher
        assert other.says["API key"] == "one of your own, made in Settings"
        assert not (other.directory / "postgres").exists()
        assert not (other.directory / "valkey").exists()
        assert other.get("/readyz")[0] == 200
        assert product.get("/readyz")[0] == 200
    finally:
        other.stop()
        database.drop(admin_url, name)


def test_a_letter_sent_by_smtp_stands_in_the_inbox(product: Product) -> None:
    letter = EmailMessage()
    letter["From"] = "Alice via Lindqvist <letters@localhost>"
    letter["To"] = "Paul <paul@guest.example>"
    letter["Subject"] = "Grüße"
    letter.set_content("See http://127.0.0.1/i/abc.")
    port = urlsplit(product.environment()["EMAIL_URL"]).port

    with smtplib.SMTP("127.0.0.1", port or 0) as server:
        server.send_message(letter)

    wait_for(lambda: product.letters("paul@guest.example"))
    found = product.letters("paul@guest.example")[0]
    assert found["to"] == ["paul@guest.example"]
    assert found["subject"] == "Grüße"
    assert found["links"] == ["http://127.0.0.1/i/abc"]
    assert "Grüße" in product.get("/inbox/")[1]


def test_its_login_cannot_see_past_the_fence(product: Product) -> None:
    facts = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user"

    assert product.query(facts, login="DATABASE_URL") == [(False, False)]


def test_it_is_documented_how_to_move_it() -> None:
    """Every variable that `make run` reads stands in docs/running.md."""
    page = (ROOT / "docs" / "running.md").read_text()
    source = (ROOT / "config" / "local" / "parts.py").read_text()

    read = set(re.findall(r'environment\.get\("([A-Z_]+)"\)', source))

    assert read
    assert {name for name in read if f"`{name}`" not in page} == set()
