"""How a line of the log looks: one event, for people (`console`) or for machines (`json`), without secrets."""

from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from greenapi.access.secret import blackened

FORMATS = ("console", "json")


def without_tokens(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Blackens tokens, wherever in an event they stand."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = blackened(value)
    return event


# What every event goes through, also one of a library that logs in its own way.
_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_tokens,
]


def logging_settings(*, log_format: str, level: str) -> dict[str, Any]:
    """Django's setting LOGGING, and structlog set to write through it.

    Raises:
        ValueError: there is no such format.
    """
    if log_format not in FORMATS:
        raise ValueError(f"LOG_FORMAT is one of {', '.join(FORMATS)}, not {log_format!r}")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Processor = structlog.processors.JSONRenderer() if log_format == "json" else _console
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["stderr"], "level": level},
        # What it says of a request stands in the request's own line.
        "loggers": {"django.request": {"level": "CRITICAL"}},
    }


def _console(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """One line as plain text: when, how grave, what, and the rest by name; a traceback follows it."""
    when, level, what = event.pop("timestamp", ""), str(event.pop("level", "")).upper(), event.pop("event", "")
    name, trace = event.pop("logger", ""), event.pop("exception", None)
    rest = "".join(f" {key}={value!r}" for key, value in event.items())
    line = f"{when} {level} {name}: {_one_line(str(what))}{rest}"
    return f"{line}\n{trace}" if trace else line


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")
