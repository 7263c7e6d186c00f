"""Log lines for people and collectors, on standard error. No secret passes: each line is cleaned as it is written."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterable
from typing import Any

import structlog

REDACTED = "[secret]"
_LOUD = ("httpx", "httpcore", "telegram", "apscheduler", "alembic", "asyncio", "hpack", "urllib3")


class Redactor:
    """Replaces secrets in texts. A token's second half is a secret of its own: libraries print them apart."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def learn(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            for part in (secret, secret.replace(":", "%3A"), secret.partition(":")[2]):
                if len(part) > 8 and part not in self._secrets:
                    self._secrets.append(part)

    def clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text


redactor = Redactor()
"""The process's one redactor: whoever reads a secret tells it."""


class _CleanFormatter(logging.Formatter):
    """Formats, then cleans: the exception's text is cleaned too."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return redactor.clean(self._inner.format(record))


def log_bug(log: Any, event: str, error: Exception, **details: Any) -> None:
    """A bug in one line, with its place; the traceback only at DEBUG."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    log.error(event, error=f"{type(error).__name__}: {error}", place=place, **details)
    log.debug("traceback", exc_info=error)


def set_up_logs(*, debug: bool = False, quiet: bool = False, json: bool = False) -> None:
    """Log to standard error: INFO for the service, ERROR for commands (`quiet`), everything with `debug`."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _CleanFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=shared,
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            )
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.ERROR if quiet else logging.INFO)
    for name in _LOUD:  # httpx and httpcore log whole addresses, the token among them, at INFO
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
