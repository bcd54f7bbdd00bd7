"""Builds .venv from a locked requirements file; `environment.sh` runs it, with nothing installed.

A stamp holds what was installed, so a later start takes no time until the file changes.
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class CannotInstall(Exception):
    """A sentence for the person who typed `make`."""


def ensure_environment(requirements: Path) -> None:
    """Make .venv hold what the file lists, by version and hash; keep what else it holds."""
    stamp = VENV / f".installed-{requirements.stem}"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    VENV.mkdir(exist_ok=True)
    with (VENV / ".building").open("w") as lock:
        # `make run` and `make test` may be started together on a fresh clone.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted and _works("-c", ""):
            return
        print(f"Installing {requirements.name} into .venv; this is done once.", flush=True)
        if not _works("-m", "pip", "--version"):
            _make_environment()
        _install(requirements)
        stamp.write_text(wanted)


def _works(*arguments: str) -> bool:
    try:
        return subprocess.run([PYTHON, *arguments], capture_output=True).returncode == 0
    except OSError:
        return False


def _make_environment() -> None:
    try:
        venv.create(VENV, with_pip=True, symlinks=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise CannotInstall(
            f"{sys.executable} cannot make an environment with pip in it; "
            "on Debian and Ubuntu the package python3-venv is missing."
        ) from error


def _install(requirements: Path) -> None:
    log = VENV / f"install-{requirements.stem}.log"
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--prefer-binary",
    ]
    command += ["--no-input", "--disable-pip-version-check", "--no-compile"]
    with log.open("wb") as out:
        done = subprocess.run([*command, "-r", str(requirements)], stdout=out, stderr=out, cwd=ROOT)
    if done.returncode:
        reasons = [line for line in log.read_text().splitlines() if line.startswith("ERROR")]
        last = reasons[-1].removeprefix("ERROR: ") if reasons else "pip failed."
        raise CannotInstall(f"Installing did not work: {last} (All of it is in {log}.)")


if __name__ == "__main__":
    try:
        ensure_environment(Path(sys.argv[1]).resolve())
    except (CannotInstall, OSError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped while installing; the next start begins again.")
