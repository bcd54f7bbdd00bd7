"""The commands of docker-compose.yml, run as plain processes in production mode."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.local.servers import free_port
from tests import database
from tests.local.product import ROOT, wait_for

pytestmark = pytest.mark.stack

GIVEN = {
    "WEB_PASSWORD": "web",
    "OWNER_PASSWORD": "owner",
    "POSTGRES_PASSWORD": "postgres",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "MAIL_FROM": "letters@referrals.example",
    "PUBLIC_URL": "https://referrals.example",
    "SECRET_KEY": "s" * 50,
    "LINK_KEY": "l" * 50,
    "SUPPRESSION_KEY": "h" * 50,
}


class Composed:
    """The compose file with its variables filled in, and its hosts replaced by the tests' own."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.name = f"composed_{os.getpid()}"
        self.directory = directory
        self.processes: list[subprocess.Popen[bytes]] = []
        self.services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())[
            "services"
        ]

    def filled(self, text: str) -> str:
        text = re.sub(r"\$\{(\w+):\?[^}]*\}", lambda name: GIVEN[name[1]], text)
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)
        # Before anything of this machine is filled in: the clone itself may be below /tmp.
        text = text.replace("/tmp/", f"{self.directory}/")
        text = text.replace("/srv/media", str(self.directory))
        query = os.environ["DATABASE_ADMIN_URL"].partition("?")[2]
        text = re.sub(r":\w+@postgres:5432/postgres", f"@/postgres?{query}", text)
        text = re.sub(r":\w+@postgres:5432/referrals", f"@/{self.name}?{query}", text)
        text = text.replace(
            "redis://valkey:6379/0", os.environ["REDIS_URL"].rpartition("/")[0] + "/6"
        )
        text = text.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}")
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace("$$", "$")

    def environment(self, service: str) -> dict[str, str]:
        declared = self.services[service]["environment"]
        merged = {**declared.pop("<<", {}), **declared}
        return {
            **{key: self.filled(str(value)) for key, value in merged.items()},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "STATIC_ROOT": str(self.directory / "static"),
            "HOSTNAME": os.uname().nodename,
        }

    def run(self, service: str, command: list[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.filled(word) for word in command],
            cwd=ROOT,
            env=self.environment(service),
            capture_output=True,
            text=True,
        )

    def start(self, service: str) -> None:
        command = [self.filled(word) for word in self.services[service]["command"]]
        log = (self.directory / f"{service}.log").open("wb")
        self.processes.append(
            subprocess.Popen(
                command, cwd=ROOT, env=self.environment(service), stdout=log, stderr=log
            )
        )

    def is_healthy(self, service: str) -> bool:
        test = self.services[service]["healthcheck"]["test"]
        command = test[1:] if test[0] == "CMD" else ["sh", "-c", test[1]]
        return self.run(service, command).returncode == 0


@pytest.fixture
def composed(tmp_path: Path) -> Iterator[Composed]:
    composed = Composed(tmp_path)
    yield composed
    for process in composed.processes:
        process.terminate()
    for process in composed.processes:
        process.wait(20)
    database.drop(os.environ["DATABASE_ADMIN_URL"], composed.name)


def test_its_commands_serve(composed: Composed) -> None:
    collected = composed.run("web", shlex.split(_collecting()))
    assert collected.returncode == 0, collected.stderr
    migrated = composed.run("migrate", composed.services["migrate"]["command"])
    assert migrated.returncode == 0, migrated.stderr

    for service in ("web", "worker", "beat"):
        composed.start(service)

    for service in ("web", "worker", "beat"):
        wait_for(lambda service=service: composed.is_healthy(service), seconds=40)
    assert [process.poll() for process in composed.processes] == [None, None, None]


def _collecting() -> str:
    """How the image collects static files."""
    line = re.search(
        r"^ +(python manage\.py collectstatic .*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    assert line
    return line[1]


def test_what_serves_waits_for_migrations_and_knows_no_owner() -> None:
    services = Composed(Path("/")).services

    for name in ("web", "worker", "beat"):
        needs = services[name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
        assert "DATABASE_OWNER_URL" not in services[name]["environment"]
        assert "healthcheck" in services[name]
    assert services["migrate"]["restart"] == "no"


def test_more_than_one_web_can_be_had() -> None:
    ports = Composed(Path("/")).services["web"]["ports"]

    assert re.search(r"\d+-\d+.*:8000", ports[0]), "A single port of the host serves one web only."


# Of the machine that it is run on by hand, or of the image itself.
NOT_OF_A_CONTAINER = {
    *("LOCAL", "LOCAL_DIR", "DEBUG", "CLOCK_FILE", "STATIC_ROOT"),
    *("DEMO_EMAIL", "DEMO_PASSWORD", "DEMO_API_KEY"),
    # Only of the one that migrates.
    *("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"),
}


def test_every_setting_reaches_the_containers_with_the_default_that_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    given = Composed(Path("/")).environment("web")

    assert {name for name, _ in rows} - NOT_OF_A_CONTAINER <= given.keys()
    assert len(rows) > 20
    for name, default in rows:
        if default.isdigit() and name != "TRUSTED_PROXIES":
            assert given[name] == default, name
