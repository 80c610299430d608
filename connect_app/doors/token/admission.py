"""Makes what a site gives when it lets us in by a token: a webhook's address and secret are ours to choose."""

from __future__ import annotations

import secrets
from datetime import datetime

from connect_app.doors.installation import Admission, Credentials, Door, Installation


def new_secret() -> str:
    """A webhook's secret: 256 bits."""
    return secrets.token_urlsafe(32)


def admitted(  # noqa: PLR0913 - an admission has that many parts
    base_url: str,
    credentials: Credentials,
    *,
    before: Installation | None,
    cloud_id: str | None,
    api_url: str | None,
    token_ends: datetime | None,
) -> Admission:
    """An admission by this door, under the name the site had before, if it was known."""
    return Admission(
        door=Door.TOKEN,
        client_key=before.client_key if before is not None else f"token/{base_url}",
        base_url=base_url,
        display_url=before.display_url if before is not None else None,
        secret=new_secret(),
        credentials=credentials,
        cloud_id=cloud_id,
        api_url=api_url,
        hook_id=secrets.token_urlsafe(24),
        token_ends=token_ends,
    )
