"""What is measured on: a PostgreSQL and a Valkey of our own, with their default settings."""

import os
import subprocess
from pathlib import Path

from config.local import parts
from config.local.servers import start_postgres, start_valkey

ROOT = parts.ROOT
# Short, because a Unix socket's path may not be long.
DIRECTORY = Path(os.environ.get("BENCH_DIR", ROOT / ".local" / "bench"))


def start_servers() -> "subprocess.Popen[bytes]":
    """Start both and put their addresses into the environment; the Valkey is for us to end.

    Before Django reads its settings. PostgreSQL goes with us; its data stay, since filling it takes
    longer than measuring.
    """
    os.environ["PATH"] = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    (DIRECTORY / "logs").mkdir(parents=True, exist_ok=True)
    admin_url = start_postgres(DIRECTORY / "postgres")
    redis_url, valkey = start_valkey(DIRECTORY / "valkey", keep=False)
    os.environ.update(
        {
            **parts.keep_secrets(DIRECTORY),
            **parts.database_urls(admin_url),
            "LOCAL": "1",
            # With every promise kept: hours and limits are asked, and let all letters through.
            "MANNERS": "1",
            "LETTERS_A_DAY": "1000000",
            "LOCAL_DIR": str(DIRECTORY),
            "REDIS_URL": redis_url,
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "PUBLIC_URL": "http://127.0.0.1",
            "DEMO": "0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
    )
    return valkey
