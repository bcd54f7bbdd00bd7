"""Something that keeps a promise is left out of a copy of the product: do its tests say so?"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from config.local.servers import get_server, pg_ctl
from tests.database import ROOT
from tests.faults.findings import Findings
from tests.faults.ground import Ground
from tests.faults.mutant_list import MUTANTS, Mutant
from tests.faults.wishes import Wishes

PROMISE = "whatever is left out, a test fails of it"
PATIENCE_SECONDS = 600
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "staticfiles")
# What a failed `assert` or `pytest.raises` says; an error on the way there is no answer.
_SAYS_SO = ("assert", "AssertionError", "Failed")


class DoesNotFit(Exception):
    """The text that a mutant leaves out is not there exactly once."""


def run(ground: Ground, wishes: Wishes) -> Findings:
    """Each in a copy of the tree, with servers of the tests' own; `--times` does the first few."""
    findings = Findings(PROMISE)
    mutants = MUTANTS[: wishes.times]
    named = sorted({test for mutant in mutants for test in mutant.tests})
    environment = {key: os.environ[key] for key in os.environ.keys() - ground.environment.keys()}
    with _copy() as tree:
        environment |= {"TEST_DIR": str(tree.parent / "t"), "PYTHONDONTWRITEBYTECODE": "1"}
        wrong = [
            f"{name}: {said}" for name, said in _said(tree, named, environment).items() if said
        ]
        if wrong:
            findings.broken += ["These fail already with nothing left out:", *wrong]
            return findings
        findings.say("unharmed", f"{len(named)} tests pass with nothing left out")
        caught = sum(_is_caught(findings, tree, mutant, environment) for mutant in mutants)
    findings.say("left out", f"{len(mutants)} things, {caught} of them noticed")
    return findings


def _is_caught(
    findings: Findings, tree: Path, mutant: Mutant, environment: Mapping[str, str]
) -> bool:
    """Whether every test that is named for it fails by what it asserts."""
    path = tree / mutant.file
    whole = path.read_text()
    path.write_text(mutated(whole, mutant))
    try:
        said = _said(tree, mutant.tests, environment)
    finally:
        path.write_text(whole)
    silent = [name for name, message in said.items() if not message.startswith(_SAYS_SO)]
    for name in silent:
        findings.broken.append(f"{mutant.name}: {name} says {said[name] or 'nothing'}")
    print(f"    {mutant.name}: {'NOT noticed' if silent else 'noticed'}", flush=True)
    return not silent


def mutated(whole: str, mutant: Mutant) -> str:
    """The text without it; raises `DoesNotFit`."""
    if whole.count(mutant.old) != 1:
        raise DoesNotFit(
            f"{mutant.name}: its text stands {whole.count(mutant.old)} times in {mutant.file}"
        )
    return whole.replace(mutant.old, mutant.new)


def _said(tree: Path, tests: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Of each test how it failed, in a line; empty where it passed."""
    report = tree.parent / "report.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    subprocess.run(
        [*command, f"--junitxml={report}"],
        cwd=tree,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    said = dict.fromkeys(tests, "nothing, since it did not run")
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            path = case.get("classname", "").replace(".", "/")
            trouble = next((one for one in case if one.tag in ("failure", "error")), None)
            message = "" if trouble is None else trouble.get("message", "").partition("\n")[0]
            said[f"{path}.py::{case.get('name')}"] = message
    return said


@contextmanager
def _copy() -> Iterator[Path]:
    """The tree beside a place for the servers of its tests, both gone in the end."""
    # Short, because a Unix socket's path may not be long.
    place = Path(tempfile.mkdtemp(prefix="mutants-"))
    tree = place / "tree"
    shutil.copytree(ROOT, tree, ignore=_NOT_COPIED)
    try:
        yield tree
    finally:
        postgres = place / "t" / "postgres"
        if postgres.exists():
            user = get_server(postgres, cleanup_mode="stop").system_user
            pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=postgres, user=user)
        shutil.rmtree(place, ignore_errors=True)
