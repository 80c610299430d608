"""Fetches the public keys of lifecycle tokens from Atlassian's key servers, and from nowhere else."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from urllib.parse import urlsplit

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from connect_app.doors.site_address import LOOPBACK
from connect_app.errors import KeyServerDown, Misconfigured, NotAuthentic

KID = re.compile(r"(?!\.+$)[A-Za-z0-9._-]{1,128}")
"""What may stand in the address of a key; neither a dot segment nor a slash."""

TIMEOUT = (3.0, 5.0)
"""Seconds to connect, and to wait for the next byte: Jira waits for our answer meanwhile."""

LARGEST_KEY = 16_384
SMALLEST_MODULUS = 2048
KEPT_SECONDS = 3600.0
UNKNOWN_SECONDS = 60.0
MOST_KEPT = 256
MOST_AT_ONCE = 4


class InstallKeys:
    """The keys at `urls`, asked in order; each is kept an hour, an unknown one is remembered for a minute.

    Only so many questions are under way at once: a flood of invented `kid`s must not become a flood towards Atlassian.
    """

    def __init__(self, urls: Sequence[str], *, development: bool = False) -> None:
        """`Misconfigured` unless every address is https (or http on loopback, in development)."""
        for url in urls:
            _check_url(url, development=development)
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._kept: OrderedDict[str, tuple[float, RSAPublicKey | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def find(self, kid: str, host_time: float) -> RSAPublicKey:
        """The key with this id, at an instant in seconds since the epoch.

        Raises:
            NotAuthentic: the id is no id, or every server says that it does not know it.
            KeyServerDown: a server that might know it could not be asked.
        """
        if not KID.fullmatch(kid):
            raise NotAuthentic("kid is not an identifier")
        with self._lock:
            until, key = self._kept.get(kid, (0.0, None))
        if host_time >= until:
            key = self._ask_within_limit(kid)
            self._keep(kid, key, host_time)
        if key is None:
            raise NotAuthentic("kid is unknown to the key servers")
        return key

    def _keep(self, kid: str, key: RSAPublicKey | None, host_time: float) -> None:
        until = host_time + (UNKNOWN_SECONDS if key is None else KEPT_SECONDS)
        with self._lock:
            self._kept[kid] = (until, key)
            self._kept.move_to_end(kid)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _ask_within_limit(self, kid: str) -> RSAPublicKey | None:
        if not self._free.acquire(blocking=False):
            raise KeyServerDown("too many keys are being asked for")
        try:
            return self._ask(kid)
        finally:
            self._free.release()

    def _ask(self, kid: str) -> RSAPublicKey | None:
        silent = False
        for url in self._urls:
            try:
                text = _fetch(f"{url}/{kid}")
            except requests.RequestException:
                silent = True
                continue
            if text is not None:
                return _read_key(text)
        if silent:
            raise KeyServerDown("a key server did not answer")
        return None


def _check_url(url: str, *, development: bool) -> None:
    parts = urlsplit(url)
    at_home = development and parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or at_home) or not parts.hostname or parts.query or parts.username is not None:
        raise Misconfigured("RELANCE_INSTALL_KEY_URLS: an address must be https")


def _fetch(url: str) -> bytes | None:
    """The body, or None when the server does not know it; a redirect or an error counts as no answer."""
    with requests.Session() as session:
        session.trust_env = False
        with session.get(url, timeout=TIMEOUT, allow_redirects=False, stream=True) as response:
            if response.status_code == requests.codes.not_found:
                return None
            if response.status_code != requests.codes.ok:
                raise requests.HTTPError(f"key server: {response.status_code}")
            body = b""
            for chunk in response.iter_content(4096):
                body += chunk
                if len(body) > LARGEST_KEY:
                    raise requests.HTTPError("key server: answer too large")
            return body


def _read_key(text: bytes) -> RSAPublicKey:
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        raise KeyServerDown("a key server answered something that is not a key") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_MODULUS:
        raise NotAuthentic("the key is not an RSA key of 2048 bits")
    return key
