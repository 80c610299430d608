"""Makes requests that nobody foresaw, from one number each: any route, any method, any token, any body."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from werkzeug.routing import Rule

from connect_app.doors.links import Link, Links, Scope
from connect_app.doors.qsh import query_string_hash
from connect_app.web.tokens import TokenClass, token_class_of
from connect_app.web.webhooks import EVENTS
from tests.connect_app.auth_cases import APP_KEY, BASE_URL, CLIENT_KEY, NEW_SECRET, NOW, OLD_SECRET, forge
from tests.connect_app.doors.test_hook_signatures import signed
from tests.connect_app.web.fuzz_words import (
    FILES,
    FORMS,
    METHODS,
    NAMES,
    ODD,
    OTHER_FORMS,
    PARAMETERS,
    TYPES,
    TYPES_OF_FORMS,
)

KID = "fuzzed-0000"
HOOK, HOOK_SECRET = "h" * 32, "k" * 43


@dataclass(frozen=True)
class Case:
    """One request, as a server with a public path receives it."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes
    route: str


@dataclass(frozen=True)
class Known:
    """What Jira knows, as far as a request may name it: issues by id and key, a project, people by account id."""

    issues: tuple[tuple[str, str], ...] = (("10002", "SUP-1"),)
    project_id: str = "10000"
    people: tuple[str, ...] = ("marie",)


@dataclass(frozen=True)
class Keys:
    """What a sender may sign with."""

    atlassian: RSAPrivateKey
    links: Links
    installation_id: str


@dataclass
class Fuzzer:
    """Requests to the routes of one application."""

    app: Flask
    keys: Keys
    known: Known = Known()
    rules: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule)

    def case(self, number: int) -> Case:
        """The request of a number: always the same."""
        return _Making(self, random.Random(number)).case()  # noqa: S311 - to be made again from its number, not secret


@dataclass
class _Draft:
    method: str
    path: str
    pairs: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes


class _Making:
    def __init__(self, fuzzer: Fuzzer, chance: random.Random) -> None:
        self.fuzzer, self.chance = fuzzer, chance
        self.issue_id, self.issue_key = chance.choice(fuzzer.known.issues)
        self.person = chance.choice(fuzzer.known.people)

    def case(self) -> Case:
        """A request: mostly well made in all parts but one or two."""
        ingress = [rule for rule in self.fuzzer.rules if "hook" in rule.rule or "installed" in rule.rule]
        rule = self.chance.choice(self.fuzzer.rules if self._mostly(0.6) else ingress)
        kind = token_class_of(self.fuzzer.app, rule.endpoint)
        path = self._path(rule)
        usual = "POST" if "POST" in (rule.methods or ()) else "GET"
        method = usual if self._mostly() else self.chance.choice(METHODS)
        pairs = self._query(rule, kind)
        body = self._body(rule, kind)
        headers = self._headers()
        draft = _Draft(method, path, pairs, headers, body)
        self._prove(draft, kind if self._mostly(0.9) else self.chance.choice(list(TokenClass)))
        query = urlencode(pairs, errors="surrogatepass")
        prefix = "/sf" if self._mostly(0.95) else self.chance.choice(["", "/", "/sf/sf", "//sf", "/%73f"])
        return Case(method, f"{prefix}{path}{'?' if query else ''}{query}", headers, body, rule.rule)

    def _mostly(self, share: float = 0.8) -> bool:
        return self.chance.random() < share

    def _path(self, rule: Rule) -> str:
        path = rule.rule
        for name in rule.arguments:
            usual = {"hook_id": HOOK, "name": self.chance.choice(NAMES.get(rule.rule, FILES))}
            value = usual.get(name, "1") if self._mostly(0.7) else self._text()
            for shape in (f"<{name}>", f"<path:{name}>"):
                path = path.replace(shape, quote(value, safe="", errors="surrogatepass"))
        return (
            path if self._mostly(0.95) else path + self.chance.choice(["/", "//", "/..", "%00", ";x", "/" + "a" * 3000])
        )

    def _query(self, rule: Rule, kind: TokenClass) -> list[tuple[str, str]]:
        pairs = [
            (self.chance.choice(PARAMETERS[2:]), self._text()) for _ in range(self.chance.choice([0, 0, 0, 1, 2, 5]))
        ]
        if kind in {TokenClass.LINK, TokenClass.OPERATOR} and self._mostly():
            pairs.append(("token", self._link(kind)))
        if rule.rule.startswith("/api/project/") and self._mostly():
            pairs.append(("month", "2026-11"))
        return pairs

    def _link(self, kind: TokenClass) -> str:
        operators = (kind is TokenClass.OPERATOR) is self._mostly(0.95)
        scope = Scope.OPERATOR if operators else self.chance.choice(list(Scope))
        usual = {Scope.PROJECT: "SUP", Scope.OPERATOR: ""}.get(scope, self.issue_id)
        subject = usual if self._mostly() else self._text()
        link = Link(
            installation_id=self.fuzzer.keys.installation_id if self._mostly() else _ours(self._text()),
            scope=scope,
            subject=_ours(subject),
            expires=NOW + self.chance.choice([60, 60, 60, -1, 1e18]),
            account_id=self.person if self._mostly(0.6) else None,
        )
        sealed = self.fuzzer.keys.links.seal(link)
        return sealed if self._mostly(0.9) else self._spoilt(sealed)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": self.chance.choice(TYPES[:1] if self._mostly() else TYPES + TYPES_OF_FORMS)}
        for name in (
            "X-Atlassian-Webhook-Identifier",
            "Accept-Language",
            "X-Atlassian-Webhook-Trace",
            "Accept",
            "Host",
        ):
            if not self._mostly():
                headers[name] = _header(self._text() if self._mostly() else "relance:x")
        return headers

    def _prove(self, draft: _Draft, kind: TokenClass) -> None:
        """Adds a proof of one class, often a good one."""
        if kind is TokenClass.HOOK:
            draft.headers["X-Hub-Signature"] = _header(self._perhaps_spoilt(signed(HOOK_SECRET, draft.body)))
        if kind not in {TokenClass.LIFECYCLE, TokenClass.REQUEST, TokenClass.CONTEXT}:
            return
        query = urlencode([pair for pair in draft.pairs if pair[0] != "jwt"], errors="surrogatepass")
        token = self._perhaps_spoilt(self._token(kind, draft.method, draft.path, query))
        if kind is TokenClass.REQUEST and self._mostly(0.4):
            draft.pairs.append(("jwt", token))
        else:
            scheme = self.chance.choice(["JWT"] * 8 + ["Bearer", "jwt", ""])
            draft.headers["Authorization"] = _header(f"{scheme} {token}")

    def _token(self, kind: TokenClass, method: str, path: str, query: str) -> str:
        issue, project = (
            {"id": self.issue_id, "key": self.issue_key},
            {"id": self.fuzzer.known.project_id, "key": "SUP"},
        )
        context = {"jira": {"issue": issue, "project": project}}
        claims: dict[str, Any] = {
            "iss": CLIENT_KEY,
            "iat": int(NOW),
            "exp": int(NOW) + 180,
            "sub": self.person,
            "context": context,
            "qsh": "context-qsh" if kind is TokenClass.CONTEXT else _hash(method, path, query),
        }
        if kind is TokenClass.LIFECYCLE:
            claims["aud"] = BASE_URL
        if not self._mostly(0.85):
            claims[self.chance.choice([*claims, "nbf", "aud"])] = self._json(3)
        if kind is TokenClass.LIFECYCLE and self._mostly(0.9):
            header = {"typ": "JWT", "alg": "RS256", "kid": KID if self._mostly(0.9) else self._json(1)}
            return _asymmetric(claims, self.fuzzer.keys.atlassian, header)
        head = {"typ": "JWT", "alg": "HS256"} if self._mostly(0.95) else self._json(2)
        return forge(claims, self.chance.choice([NEW_SECRET] * 14 + [OLD_SECRET, "x" * 40]), head)

    def _perhaps_spoilt(self, token: str) -> str:
        return token if self._mostly(0.93) else self._spoilt(token)

    def _spoilt(self, token: str) -> str:
        place = self.chance.randrange(len(token) + 1)
        put = self.chance.choice(["", "A", ".", "=", "\n", " ", "é", "," + token, "A" * 9000])
        return self.chance.choice([token[:place] + put + token[place + 1 :], token[:place], put, put + token])

    def _body(self, rule: Rule, kind: TokenClass) -> bytes:
        if not self._mostly(0.9):
            return self.chance.choice(
                [
                    b"",
                    b"\xff\xfe",
                    b"[" * 5000,
                    b'{"a":' * 5000,
                    b"null",
                    b"1" * 5000,
                    b"--x\r\n\r\n",
                    b"reason=%00&a=" + b"x" * 20_000,
                ]
            )
        if ("POST" in (rule.methods or ()) and kind in {TokenClass.LINK, TokenClass.OPERATOR}) or not self._mostly(0.9):
            fields = {
                self.chance.choice(["reason", "word", "button", "answer", "action"]): self._text() for _ in range(3)
            }
            if rule.rule in FORMS and self._mostly(0.5):
                fields = self.chance.choice(FORMS[rule.rule])
            return urlencode(fields, errors="surrogatepass").encode()
        good = self._good_body(rule)
        changed = self._changed(good) if not self._mostly(0.6) else good
        return json.dumps(changed).encode("utf-8", "surrogatepass")

    def _good_body(self, rule: Rule) -> Any:
        if rule.rule.startswith("/connect/") and rule.rule.rsplit("/", 1)[-1] in {
            "installed",
            "uninstalled",
            "enabled",
            "disabled",
        }:
            return {
                "key": APP_KEY,
                "clientKey": CLIENT_KEY,
                "sharedSecret": NEW_SECRET,
                "baseUrl": "https://demo.atlassian.net",
                "displayUrl": "https://help.demo.example",
                "productType": "jira",
                "eventType": rule.rule.rsplit("/", 1)[-1],
            }
        if "webhooks" in rule.rule or "hooks" in rule.rule:
            return {
                "timestamp": int(NOW * 1000),
                "webhookEvent": self.chance.choice([*EVENTS.values(), "user_created"]),
                "issue": {"id": str(self.chance.randrange(1, 10**6)), "fields": {"project": {"key": "SUP"}}},
                "changelog": {"id": "10120", "items": []},
            }
        return self.chance.choice(FORMS.get(rule.rule, OTHER_FORMS))

    def _changed(self, whole: Any) -> Any:
        """The same with one part replaced, added or taken away."""
        if isinstance(whole, dict) and whole and self._mostly(0.9):
            name = self.chance.choice(list(whole))
            if self.chance.random() < 0.15:
                return {key: value for key, value in whole.items() if key != name}
            return {
                **whole,
                name: self._changed(whole[name]),
                **({self._text(): self._json(2)} if self._mostly(0.1) else {}),
            }
        return self._json(3)

    def _json(self, depth: int) -> Any:
        kind = self.chance.randrange(10 if depth else 7)
        if kind == 0:
            return self.chance.choice([None, True, False])
        if kind in {1, 2}:
            return self.chance.choice([0, -1, 1, 2**31, 2**63, -(2**63), 10**400, 1.5, 1e308, int(NOW), int(NOW) + 99])
        if kind < 7:
            return self._text()
        if kind == 7:
            return [self._json(depth - 1) for _ in range(self.chance.randrange(3))]
        return {self._text(): self._json(depth - 1) for _ in range(self.chance.randrange(4))}

    def _text(self) -> str:
        if self._mostly(0.6):
            return self.chance.choice(ODD)
        return "".join(self.chance.choices(string.printable + "éœ\u2028\U0001f600\ud83d", k=self.chance.randrange(40)))


def _hash(method: str, path: str, query: str) -> str:
    try:
        return query_string_hash(method, path, query)
    except (ValueError, UnicodeError):
        return "0" * 64


def _ours(text: str) -> str:
    """What may be in a link: we made it, so it is text, odd as it may be."""
    return text.encode("utf-8", "replace").decode()


def _header(text: str) -> str:
    """What a server can have received: Latin letters, no line ends."""
    return (
        text.encode("latin-1", "replace").decode("latin-1").replace("\n", " ").replace("\r", " ").replace("\x00", " ")
    )


def _asymmetric(claims: Mapping[str, Any], key: RSAPrivateKey, header: Mapping[str, Any]) -> str:
    """A token made by hand: a library refuses odd claims."""
    parts = [json.dumps(part, default=dict).encode("utf-8", "surrogatepass") for part in (header, claims)]
    signed_part = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = key.sign(signed_part, PKCS1v15(), SHA256())
    return (signed_part + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()
