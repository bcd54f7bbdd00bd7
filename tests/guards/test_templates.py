"""Every template: no inline script or style, only classes there are; every letter a triplet."""

import re
from pathlib import Path

import allauth.account
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates"
LETTERS = TEMPLATES / "emails"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if LETTERS not in path.parents)

_TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
# With signing in by code and resetting by code, allauth never sends these.
UNSENT = {"base", "email_confirm", "password_reset_key"}


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_has_no_inline_script_or_style(page: Path) -> None:
    text = page.read_text()

    assert not re.search(r"<style\b|\sstyle=|\son\w+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_uses_only_classes_there_are(page: Path) -> None:
    styles = "".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))
    known = set(re.findall(r"\.(-?[a-z_][\w-]*)", styles, re.IGNORECASE))

    used: set[str] = set()
    for found in re.findall(r'class="([^"]*)"', page.read_text()):
        used.update(_TAGS.sub(" ", found).split())

    assert used <= known


@pytest.mark.parametrize("letter", sorted(LETTERS.rglob("subject.txt")), ids=name)
def test_a_letter_is_a_triplet(letter: Path) -> None:
    assert {path.name for path in letter.parent.iterdir()} == {
        "subject.txt",
        "body.txt",
        "body.html",
    }


def test_every_letter_of_allauth_is_ours() -> None:
    theirs = Path(allauth.account.__file__).parent.parent / "templates" / "account" / "email"
    sent = {path.name.removesuffix("_message.txt") for path in theirs.glob("*_message.txt")}

    assert sent - UNSENT <= {path.name for path in (LETTERS / "account").iterdir()}
