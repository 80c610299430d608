"""The RSA key pair Jira signs lifecycle calls with, and the server that publishes its public half."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Blueprint, Response


@dataclass(frozen=True)
class KeyPair:
    """One RSA key pair and the key id under which its public half is published."""

    kid: str
    public_pem: str
    private: rsa.RSAPrivateKey = field(repr=False)  # the key itself: reading it from PEM takes longer than signing

    @classmethod
    def generate(cls) -> KeyPair:
        """Makes a fresh 2048-bit pair under a fresh key id."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(kid=str(uuid.uuid4()), public_pem=public.decode(), private=key)


def key_server(*key_pairs: KeyPair) -> Blueprint:
    """Serves GET /keys/{kid} as PEM text; 404 for any other key id."""
    published = {pair.kid: pair.public_pem for pair in key_pairs}
    blueprint = Blueprint("keys", __name__)

    @blueprint.get("/keys/<kid>")
    def key(kid: str) -> Response:
        if kid not in published:
            return Response("not found", status=404, content_type="text/plain; charset=utf-8")
        return Response(published[kid], content_type="text/plain; charset=utf-8")

    return blueprint
