"""Logs: one line an event on the error channel, JSON unless somebody sits at a terminal.

Personal data is kept out twice. A traceback never shows local variables (structlog shows them as soon as rich is
installed, and the lane's hold the passage that failed). And whatever is written passes `vault.rules.hushed`, which
masks telephone, identity and plate numbers wherever they stand. Names have no pattern: nobody may log one.
"""

from __future__ import annotations

import contextlib
import logging
import logging.config
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kakou.vault.rules import hushed

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kakou.config.logs.line_formatter"}},
    "handlers": {"stderr": {"()": "kakou.config.logs.ErrorChannel", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own settings would mail errors to nobody and print them in debug mode only
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "kakou": {"level": "INFO"},
    },
}


class ErrorChannel(logging.Handler):
    """Writes to what is the error channel at that moment: it may be exchanged, as tests do."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, or none where nobody listens any more."""
        with contextlib.suppress(OSError, ValueError):  # the library's own complaint would print the bare arguments
            sys.stderr.write(self.format(record) + "\n")


def configure() -> None:
    """Set up structlog and the standard library's logging in this process. Doing it twice changes nothing."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_said(), *_written(), _hush],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # looked up anew: tests exchange it
    )
    logging.config.dictConfig(LOGGING)


def line_formatter() -> logging.Formatter:
    """The same line for loggers of the standard library: Django's, procrastinate's, granian's."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_said()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(), _hush],
    )


def _said() -> list[Processor]:
    return [structlog.processors.add_log_level, structlog.processors.TimeStamper("iso", utc=True)]


def _written() -> list[Processor]:
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    plain = structlog.processors.format_exc_info  # file, line and message; no locals
    return [plain, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


def _hush(logger: WrappedLogger, method: str, line: str | EventDict) -> str:
    return hushed(str(line))
