"""/inbox/ shows letters as a person reads them, and to scripts (issue 2, item 8)."""

import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from config.local.letters import find_letter
from tests.local.product import ROOT

FIRST = "01795315414337722060-000000"
SECOND = "01795315414341439756-000001"


@pytest.fixture
def kept(tmp_path: Path, settings: Settings) -> Path:
    """Two letters, one of them with everything in it."""
    settings.LOCAL_DIR = tmp_path
    directory = tmp_path / "letters"
    directory.mkdir()
    plain = EmailMessage()
    plain["To"] = "first@guest.example"
    plain["Subject"] = "The first"
    plain.set_content("Only text.")
    full = EmailMessage()
    full["From"] = '"Anna via Fenn Lane" <letters@localhost>'
    full["To"] = "Paul <paul@guest.example>, Anna <anna@guest.example>"
    full["Reply-To"] = "anna@guest.example"
    full["Subject"] = "Grüße <b>"
    full.set_content("Answer at http://testserver/i/abc.\n<script>x</script>")
    full.add_alternative(
        "<!doctype html><html><head><title>x</title></head>"
        "<body><a href='http://testserver/i/abc'>Yes</a></body></html>",
        subtype="html",
    )
    for name, letter, to in ((FIRST, plain, "first@guest.example"), (SECOND, full, "x@y.example")):
        head = f"X-Envelope-From: letters@localhost\r\nX-Envelope-To: {to}\r\n".encode()
        (directory / f"{name}.eml").write_bytes(head + letter.as_bytes())
    return directory


@pytest.mark.django_db
def test_the_inbox_lists_letters_newest_first(client: Client, kept: Path) -> None:
    page = client.get("/inbox/").content.decode()

    assert page.index("Grüße &lt;b&gt;") < page.index("The first")
    assert "to first@guest.example" in page


@pytest.mark.django_db
def test_an_empty_inbox_says_what_will_come(
    client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.LOCAL_DIR = tmp_path

    assert "No letter has been sent yet" in client.get("/inbox/").content.decode()


@pytest.mark.django_db
def test_a_letter_shows_its_frame_and_its_text_with_links(client: Client, kept: Path) -> None:
    page = client.get(f"/inbox/{SECOND}/").content.decode()

    assert f'src="/inbox/{SECOND}/html/"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox' in page
    assert '<a href="http://testserver/i/abc" rel="nofollow">http://testserver/i/abc</a>.' in page
    assert "<script>x" not in page
    assert "anna@guest.example" in page


@pytest.mark.django_db
def test_a_letters_html_has_a_policy_of_its_own(client: Client, kept: Path) -> None:
    answer = client.get(f"/inbox/{SECOND}/html/")

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox allow-popups" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank">' in answer.content.decode()


@pytest.mark.django_db
def test_a_letter_that_is_not_there_is_not_found(client: Client, kept: Path) -> None:
    (kept.parent / "secret.eml").write_text("Subject: secret\n\nx")

    for name in ("no-such-letter", "..", "..%2Fsecret", "01795315414337722060-000009"):
        assert client.get(f"/inbox/{name}/").status_code == 404
    assert find_letter(kept, "../secret") is None


@pytest.mark.django_db
def test_scripts_read_the_same_as_json(client: Client, kept: Path) -> None:
    newest, oldest = client.get("/inbox/messages.json").json()

    assert newest["from"] == "Anna via Fenn Lane <letters@localhost>"
    assert newest["to"] == ["paul@guest.example", "anna@guest.example"]
    assert newest["delivered_to"] == ["x@y.example"]
    assert newest["reply_to"] == "anna@guest.example"
    assert newest["subject"] == "Grüße <b>"
    assert newest["text"].startswith("Answer at")
    assert "<a href=" in newest["html"]
    assert newest["links"] == ["http://testserver/i/abc"]
    assert newest["date"].startswith("2026-11-22T02:43:34")
    assert newest["headers"]["Reply-To"] == "anna@guest.example"
    assert oldest["html"] == ""
    assert oldest["links"] == []


@pytest.mark.django_db
def test_scripts_can_ask_for_one_address(client: Client, kept: Path) -> None:
    found = client.get("/inbox/messages.json?to=First@guest.example").json()

    assert [letter["subject"] for letter in found] == ["The first"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/inbox/", "/inbox/messages.json"])
def test_it_rejects_post(client: Client, kept: Path, path: str) -> None:
    assert client.post(path).status_code == 405


def test_outside_local_mode_there_is_no_inbox() -> None:
    program = """
import django
django.setup()
from django.urls import resolve, Resolver404
try:
    resolve("/inbox/")
except Resolver404:
    print("not found")
try:
    import config.local.urls
except Exception as error:
    print(type(error).__name__)
"""
    environment = os.environ | {"LOCAL": "0", "MAIL_FROM": "letters@referrals.example"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"

    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert told.stdout.split("\n")[:2] == ["not found", "ImproperlyConfigured"], told.stderr
