"""Encrypts what must not be read at rest, with keys that can be replaced without losing anything."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connect_app.doors.key_file import KeyFile
from connect_app.errors import Misconfigured


@dataclass(frozen=True)
class _Keys:
    """The keys of one moment, each alone and all together, newest first."""

    texts: tuple[str, ...]
    each: tuple[Fernet, ...]
    all: MultiFernet
    version: tuple[int, ...] = ()


class SecretBox:
    """Encrypts with the first key, decrypts with any of them.

    To replace a key: put the new one first, `rotate` every stored value, then take the old one away. A box on a file
    takes up what the file says meanwhile: the processes that run need not be started again.
    """

    def __init__(self, keys: Sequence[str], *, file: KeyFile | None = None) -> None:
        """`keys` are Fernet keys, newest first; `Misconfigured` when there is none or one is not a key."""
        self._file = file
        self._keys = _read(keys, file.version() if file else ())

    @property
    def names(self) -> tuple[str, ...]:
        """What the keys are called where people read it, newest first; no key can be made from its name."""
        return tuple(key_name(key) for key in self._newest().texts)

    def encrypt(self, secret: str) -> bytes:
        """What may be stored."""
        return self._newest().all.encrypt(secret.encode())

    def decrypt(self, stored: bytes) -> str:
        """The secret again; `Misconfigured` when none of the keys opens it."""
        try:
            return self._keys.all.decrypt(stored).decode()
        except InvalidToken:
            pass
        try:
            return self._newest().all.decrypt(stored).decode()
        except InvalidToken:
            raise Misconfigured("RELANCE_SECRET_KEYS: no key opens a stored secret; was a key removed?") from None

    def rotate(self, stored: bytes) -> bytes:
        """The same secret under the newest key; raises as `decrypt` does."""
        return self.encrypt(self.decrypt(stored))

    def opened_by(self, stored: bytes) -> str | None:
        """The name of the key that opens it; None when none does."""
        keys = self._newest()
        for text, fernet in zip(keys.texts, keys.each, strict=True):
            try:
                fernet.decrypt(stored)
            except InvalidToken:
                continue
            return key_name(text)
        return None

    def _newest(self) -> _Keys:
        """The keys as the file has them now, where there is one."""
        if self._file is not None and (version := self._file.version()) not in {self._keys.version, ()}:
            self._keys = _read(self._file.read(), version)
        return self._keys


def key_name(key: str) -> str:
    """The first characters of a key's hash."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def open_secret_box(keys: Sequence[str], data_dir: Path) -> SecretBox:
    """A box on the configured keys, else on the key file of `data_dir`; raises what reading it raises."""
    if keys:
        return SecretBox(keys)
    file = KeyFile(data_dir)
    return SecretBox(file.read(), file=file)


def _read(keys: Sequence[str], version: tuple[int, ...]) -> _Keys:
    if not keys:
        raise Misconfigured("RELANCE_SECRET_KEYS: at least one key is needed")
    try:
        each = tuple(Fernet(key) for key in keys)
    except ValueError:
        raise Misconfigured("RELANCE_SECRET_KEYS: a key must be 32 bytes in URL-safe base64") from None
    return _Keys(tuple(keys), each, MultiFernet(each), version)
