"""What is there is written down: settings, commands, promises, mails."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.database import ROOT
from tests.faults.states import AT_ONCE, AT_RANDOM

OUR_PACKAGES = {
    "activity",
    "businesses",
    "contacts",
    "demo",
    "desk",
    "feedback",
    "giving",
    "guests",
    "insights",
    "introductions",
    "outreach",
    "referrals",
    "rewards",
}


def text_of(path: str) -> str:
    return (ROOT / path).read_text()


def test_every_setting_is_explained() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text_of("config/settings.py")))
    read |= set(re.findall(r'"([A-Z_]+)" in env', text_of("config/settings.py")))
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of("docs/settings.md"), re.MULTILINE))

    assert read
    assert read == explained


def test_every_command_of_ours_is_in_the_docs() -> None:
    docs = "".join(path.read_text() for path in ROOT.glob("docs/*.md"))
    ours = [name for name, app in get_commands().items() if app in OUR_PACKAGES]

    assert ours
    assert [name for name in ours if f"manage.py {name}" not in docs] == []


def test_every_target_of_make_is_in_the_docs() -> None:
    docs = "".join(path.read_text() for path in [*ROOT.glob("docs/*.md"), ROOT / "README.md"])
    targets = re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE)

    assert "run" in targets
    assert [name for name in targets if f"make {name}" not in docs] == []


def test_every_mail_is_a_triplet() -> None:
    folders = [path for path in (ROOT / "templates" / "emails").glob("*/*") if path.is_dir()]

    assert folders
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == {
            "subject.txt",
            "body.txt",
            "body.html",
        }, folder


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/*.md")), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_each_promise_names_a_test_that_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text_of("docs/promises.md"))

    assert named
    for path, test in named:
        assert re.search(rf"def {test}\b", text_of(path)), f"{path}::{test}"


@pytest.mark.parametrize(
    ("tries", "listed"),
    [
        (r"^from tests\.thorough import .*\b(runs|THOROUGH)\b", AT_RANDOM),
        (r"^from tests\.pairs import|\bin grounds\(|\brange\(RACES\)", AT_ONCE),
    ],
    ids=["at random", "at once"],
)
def test_whatever_is_tried_oftener_there_is_part_of_the_states(
    tries: str, listed: tuple[str, ...]
) -> None:
    """A test that asks `tests.thorough` how often runs in `make faults SUITE=states` as well."""
    files = [str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/test_*.py")]
    found = [name for name in files if re.search(tries, text_of(name), re.MULTILINE)]

    assert found
    assert [name for name in found if not name.startswith(listed)] == []
    assert [name for name in listed if not any(each.startswith(name) for each in found)] == []
