"""Encrypts what must not be read at rest, with keys that can be replaced without losing anything."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connect_app.errors import Misconfigured

KEY_FILE = "secret.key"


class SecretBox:
    """Encrypts with the first key, decrypts with any of them.

    To replace a key: put the new one first, `rotate` every stored value, then take the old one away.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are Fernet keys, newest first; `Misconfigured` when there is none or one is not a key."""
        if not keys:
            raise Misconfigured("RELANCE_SECRET_KEYS: at least one key is needed")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise Misconfigured("RELANCE_SECRET_KEYS: a key must be 32 bytes in URL-safe base64") from None

    def encrypt(self, secret: str) -> bytes:
        """What may be stored."""
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, stored: bytes) -> str:
        """The secret again; `Misconfigured` when none of the keys opens it."""
        try:
            return self._fernet.decrypt(stored).decode()
        except InvalidToken:
            raise Misconfigured("RELANCE_SECRET_KEYS: no key opens a stored secret; was a key removed?") from None

    def rotate(self, stored: bytes) -> bytes:
        """The same secret under the newest key; raises as `decrypt` does."""
        return self.encrypt(self.decrypt(stored))


def open_secret_box(keys: Sequence[str], data_dir: Path) -> SecretBox:
    """A box on the configured keys, else on the key file of `data_dir`, made on the first start.

    The file holds one key per line, newest first. `Misconfigured` when others than its owner may read it.
    """
    if keys:
        return SecretBox(keys)
    path = data_dir / KEY_FILE
    if not path.exists():
        _create_key_file(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Misconfigured(f"{path.name}: others may read the key; chmod 600 it")
    return SecretBox(tuple(line.strip() for line in path.read_text("ascii").splitlines() if line.strip()))


def _create_key_file(path: Path) -> None:
    """Two processes starting together must end with the same key: the file appears whole, and only once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # 0600 by definition
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
