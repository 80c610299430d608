"""Replaces the key that stored secrets are encrypted with, while everything runs."""

from __future__ import annotations

from dataclasses import dataclass

from connect_app.doors.key_file import KeyFile
from connect_app.doors.secret_box import key_name
from connect_app.errors import Misconfigured
from connect_app.logs import logger
from connect_app.operations.parts import Parts

log = logger(__name__)


class KeyNeeded(Misconfigured):
    """A key cannot be taken away: something is still encrypted with it."""

    remedy = "Run scripts.keys rotate first."


@dataclass(frozen=True)
class KeysInUse:
    """The keys by name, newest first, how many stored values each opens, and how many none opens."""

    values: dict[str, int]
    lost: int


def keys_in_use(parts: Parts) -> KeysInUse:
    """Which key is needed for what."""
    counted = parts.store.sealed.by_key()
    return KeysInUse({name: counted[name] for name in parts.store.sealed.key_names}, counted[None])


def rotate_keys(parts: Parts, *, make: bool) -> int:
    """Puts every stored secret under the newest key, with `make` under a new one; how many were changed.

    The old keys stay, for the processes that run and for links that were sealed with them. `Misconfigured` with `make`
    where the keys are configured: a new one is put there by whoever keeps them.
    """
    if make:
        _key_file(parts).add()
    changed = parts.store.sealed.rotate()
    log.info("secrets under the newest key", key=parts.store.sealed.key_names[0], changed=changed)
    return changed


def drop_keys(parts: Parts, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Takes the keys with these names away, or all but the newest; the names of those that went.

    `KeyNeeded` when one of them still opens a stored secret, or is the newest; then nothing is taken away.
    """
    file, used = _key_file(parts), keys_in_use(parts)
    newest, *older = used.values
    wanted = names or tuple(older)
    unknown = [name for name in wanted if name not in used.values]
    if unknown:
        raise Misconfigured(f"no key is called {', '.join(unknown)}; there are {', '.join(used.values)}")
    if newest in wanted:
        raise KeyNeeded(f"{newest} is the newest key: everything is encrypted with it")
    needed = [f"{name} ({used.values[name]} secret(s))" for name in wanted if used.values[name]]
    if needed:
        raise KeyNeeded(f"still needed: {', '.join(needed)}")
    file.remove([key for key in file.read() if key_name(key) in wanted])
    log.info("keys removed", keys=list(wanted))
    return wanted


def _key_file(parts: Parts) -> KeyFile:
    if parts.settings.secret_keys:
        raise Misconfigured(
            "the keys are in RELANCE_SECRET_KEYS: change them there (docs/operating.md tells the order)"
        )
    return KeyFile(parts.settings.data_dir)
