"""Sets up the logs: one line per event, saying which installation, issue, job or delivery, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO, TypedDict, Unpack

import structlog

LIBRARIES = (
    "granian",
    "granian.access",
    "_granian",
    "dbos",
    "atlassian",
    "urllib3",
    "requests",
    "apscheduler",
    "alembic",
)
"""Whose own handlers are taken away, and who never speak below INFO: their debug lines hold whole addresses."""

CHATTY = ("alembic", "apscheduler", "dbos")
"""Of these, those who say at INFO that nothing happened, several times a second."""

REMOVED = "[removed]"

_SECRET_NAMES = re.compile(
    r"^(.*[-_.])?(authorization|cookie|jwt|token|secrets?|password|passwd|assertion|fernet|private[-_]?key|e-?mail([-_]?address)?)$"
    r"|shared[-_]?secret|api[-_]?token|secret[-_]?keys?|(access|refresh|system|user|id)[-_]?token|x-forge-oauth",
    re.IGNORECASE,
)
_QUOTE = r"""(?:b?\\*["'])?"""
_SECRET_TEXTS = (
    # a token in three parts, wherever it stands
    (re.compile(r"eyJ[\w-]{4,}(?:\.[\w-]*){1,4}"), REMOVED),
    # a parameter of an address, encoded once or twice or not at all
    (
        re.compile(r"(?i)(jwt|token|secret|password)((?:%25|%)?(?:3D)|=)(?!\[removed)[^&\s\"'<>,;)]+"),
        rf"\1\2{REMOVED}",
    ),
    # a header, as text or inside the repr of a dictionary
    (
        re.compile(rf"(?i)\b(authorization{_QUOTE}\s*[:=]\s*{_QUOTE})(?:(jwt|bearer|basic)\s+)?[^\s\"',;}}]+"),
        rf"\1{REMOVED}",
    ),
    (re.compile(r"\b(JWT|Bearer|Basic)\s+(?!\[removed)[\w.~+/=-]{8,}"), rf"\1 {REMOVED}"),
    # a field of a JSON text or of a repr
    (
        re.compile(
            rf"(?i)\b((?:shared[-_]?secret|client[-_]?secret|secret|api[-_]?token|access[-_]?token|password){_QUOTE}"
            rf"\s*[:=]\s*{_QUOTE})(?!\[removed)[^\s\"',;}}\\]+"
        ),
        rf"\1{REMOVED}",
    ),
    # Atlassian's API tokens, Fernet's ciphertexts, a password inside an address
    (re.compile(r"\bAT(?:ATT|CTT|STT|BB)[\w=.-]{10,}"), REMOVED),
    (re.compile(r"\bgAAAAA[\w=-]{20,}"), REMOVED),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@:]*:[^\s/@]*@"), rf"\1{REMOVED}@"),
    # the unguessable part of a webhook's address, and whose mail it is: people are known by their account ids
    (re.compile(r"(/hooks/)(?!\[removed|<)[^\s?\"'<>]+"), rf"\1{REMOVED}"),
    (re.compile(r"(?<![\w.%+/@-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,63}\b"), REMOVED),
)
_DEEPEST = 8


def redact(value: Any, *, depth: int = 0) -> Any:
    """The same value without any secret: by the name of a field, and by the look of a text.

    Tokens, `jwt=` parameters, `Authorization`, shared secrets, API tokens, passwords in addresses. What is neither
    text, number nor collection is replaced by its redacted `repr`.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _redact_text(value)
    if depth >= _DEEPEST:
        return REMOVED
    if isinstance(value, Mapping):
        return {
            (key if isinstance(key, str) else str(key)): (
                REMOVED if _SECRET_NAMES.search(str(key)) and item is not None else redact(item, depth=depth + 1)
            )
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth=depth + 1) for item in value]
    return _redact_text(str(value) if isinstance(value, BaseException) else repr(value))


def _redact_text(text: str) -> str:
    for pattern, replacement in _SECRET_TEXTS:
        text = pattern.sub(replacement, text)
    return text


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module; `name` is its `__name__`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


class About(TypedDict, total=False):
    """What a line may be about; an `issue` is told by its id or by its key."""

    installation: str | None
    issue: str | None
    job: str | None
    delivery: str | None


@contextmanager
def about(**known: Unpack[About]) -> Iterator[None]:
    """Every line logged inside says what it is about, the libraries' as well; what is None is left as it was."""
    with structlog.contextvars.bound_contextvars(**_fields(known)):
        yield


def begin(**known: Unpack[About]) -> None:
    """What every line of this thread is about from now on; nothing is left of what was said before."""
    structlog.contextvars.clear_contextvars()
    tell(**known)


def tell(**known: Unpack[About]) -> None:
    """More of what the lines of this thread are about, until the next `begin`."""
    structlog.contextvars.bind_contextvars(**_fields(known))


def _fields(known: About) -> dict[str, str]:
    """`issue` is Jira's id, which stays when a request moves; its key stands in `issue_key`."""
    fields = {name: str(value) for name, value in known.items() if value is not None}
    if "-" in fields.get("issue", ""):
        fields["issue_key"] = fields.pop("issue")
    return fields


def configure(level: str = "INFO", *, json_lines: bool = True, stream: TextIO | None = None) -> None:
    """Sends every log of the process, the libraries' included, through redaction to `stream` (standard error).

    May be called again: after a library installed handlers of its own, or with another stream.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(_formatter(json_lines=json_lines))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(max(logging.WARNING if name in CHATTY else logging.INFO, root.level))


def _formatter(*, json_lines: bool) -> logging.Formatter:
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json_lines
        # The plain traceback: the rich one prints the values of local variables, secrets among them.
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _without_secrets,
            renderer,
        ],
    )


def _without_secrets(log: object, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The last step before rendering: nothing is added after it."""
    del log, method
    clean: Mapping[str, Any] = redact(event)
    return clean
