"""Structured logs: one JSON object a line on a server, readable lines at a terminal."""

import logging
import logging.config
import re
from typing import Any, TypedDict

import structlog

# The token in a mailed link: whoever reads a log should not be able to press a guest's buttons.
# The key that confirms an address is another. What somebody is looked for by is a person's name.
_SECRETS = (
    re.compile(r"(/[afgikmnrsuv]/)[\w-]{16,}"),
    re.compile(r"(/accounts/confirm-email/)[^/?#\s\"']+"),
    re.compile(r"((?:^|[?&]|%3F|%26)q(?:=|%3D))[^&#\s\"']+", re.IGNORECASE),
)
# What a visitor sent too much of. Django answers it with 400 and takes it for an error of ours.
_SENT_TOO_MUCH = re.compile(r"django\.security\.(RequestDataTooBig|TooMany\w+)")


class LogSettings(TypedDict):
    level: str
    json: bool


def without_tokens(text: str) -> str:
    """The text with what is secret in the addresses in it hidden."""
    for secret in _SECRETS:
        text = secret.sub(r"\1[hidden]", text)
    return text


def hide_tokens(_logger: object, _name: str, line: structlog.typing.EventDict) -> Any:
    """Django logs the path of whatever it refuses, and that of a guest's page holds its token."""
    line["event"] = without_tokens(str(line["event"]))
    return line


def as_the_visitors_fault(record: logging.LogRecord) -> bool:
    """A body that is too large is a warning in one line. Nothing is left out."""
    if _SENT_TOO_MUCH.fullmatch(record.name):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
    return True


def configure(wanted: LogSettings) -> None:
    """Send both structlog's and the standard library's lines through the same processors."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if wanted["json"]
        else [structlog.dev.ConsoleRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        hide_tokens,
                        *last,
                    ],
                }
            },
            "filters": {"visitors": {"()": lambda: as_the_visitors_fault}},
            "handlers": {
                "lines": {
                    "class": "logging.StreamHandler",
                    "formatter": "lines",
                    "filters": ["visitors"],
                }
            },
            "root": {"handlers": ["lines"], "level": wanted["level"]},
        }
    )
