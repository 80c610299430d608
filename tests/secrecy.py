"""Says whether a text tells what it must not: anything that looks like a token, and what is known to be secret."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Iterable
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from connect_app.runtime import Runtime
from scripts.desk.control import Member
from scripts.desk.desk import Site
from scripts.desk.house import House

TOKENS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+|gAAAAA[\w=-]{20,}|\bAT(?:ATT|CTT)[\w=.-]{10,}"
    r"|(?:JWT|Basic|Bearer)\s+(?!\[removed)[\w.~+/=-]{12,}|sha256=[0-9a-f]{64}|/hooks/(?!\[removed|<)\w+"
    r"|(?:token|jwt|secret)=(?!\[removed)[\w.-]{8,}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
"""Tokens, ciphertexts, headers, signatures, addresses of webhooks, parameters, e-mail addresses."""

WRAPPED = re.compile(r"[A-Za-z0-9+/]+=*")
SHORTEST_WRAPPED = 8
"""What the job engine writes is wrapped in base64."""

OURS = ("serve.log", "worker*.log")
"""The logs of the app's own processes; the sandbox's are Jira's."""


_watched: WeakKeyDictionary[House, set[str]] = WeakKeyDictionary()


def told_by(house: House, known: frozenset[str] = frozenset()) -> list[str]:
    """The lines of the app's logs that tell something secret: by its look, or because it is known.

    Everybody's login and mail address is known, and `known` besides.
    """
    secrets = known | {m.email for m in house.control.members} | {m.token for m in house.control.members}
    look = re.compile("|".join([TOKENS.pattern, *map(re.escape, sorted(secrets))]))
    found = {pattern: sorted(house.folder.glob(pattern)) for pattern in OURS}
    if not all(found.values()):
        raise LookupError(f"a house without the logs that are searched: {found}")
    texts = [path.read_text("utf-8", "replace") for paths in found.values() for path in paths]
    return [line[:300] for text in texts if look.search(text) for line in text.splitlines() if look.search(line)]


def watch_for(house: House, known: frozenset[str]) -> None:
    """Has the logs of a house searched for these as well when it closes: once, however many tests ran in it."""
    _watched.setdefault(house, set()).update(known)


def watched(house: House) -> frozenset[str]:
    """What a house's logs are searched for besides everybody's login."""
    return frozenset(_watched.get(house, ()))


def kept_by(engine: sa.Engine, people: Iterable[Member]) -> list[str]:
    """Where the database holds somebody's name or mail address, in any column of any table, the job engine's included.

    One-word names are left out: they stand in the customers' own words.
    """
    personal = {m.email for m in people} | {m.name for m in people if " " in m.name}
    look = re.compile("|".join(map(re.escape, sorted(personal))) or "(?!)")
    inspector = sa.inspect(engine)
    schemas = [s for s in inspector.get_schema_names() if s not in {"information_schema", "pg_catalog"}]
    found: list[str] = []
    seen: set[object] = set()
    with engine.connect() as connection:
        for schema in schemas:
            for name in inspector.get_table_names(schema=schema):
                table = sa.table(name, schema=None if engine.dialect.name == "sqlite" else schema)
                for row in connection.execute(sa.select(sa.text("*")).select_from(table)).mappings():
                    for column, value in row.items():
                        text = _text_of(value)
                        if text not in seen and _tells(look, text):
                            found.append(f"{name}.{column}: {value!r:.200}")
                        seen.add(text)
    return found


def _text_of(value: object) -> str:
    """A value as text; a number or an instant names nobody."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else ""


def _tells(look: re.Pattern[str], text: str) -> bool:
    """Whether a text tells it, as it is or as the job engine writes it down."""
    if look.search(text):
        return True
    if len(text) < SHORTEST_WRAPPED or not WRAPPED.fullmatch(text):
        return False
    with contextlib.suppress(ValueError):
        return bool(look.search(base64.b64decode(text, validate=True).decode("utf-8", "replace")))
    return False


def secrets_of(site: Site, runtime: Runtime) -> frozenset[str]:
    """What a site and we prove ourselves with, and where its webhook comes to."""
    found = runtime.store.installations.secrets_of(site.client_key)
    if found is None:
        return frozenset()
    installation, secrets = found
    told = (secrets.shared, secrets.previous, installation.hook_id)
    return frozenset(secret for secret in told if secret)
