"""Downloads Atlassian's OpenAPI documents, for those who have the project and not its reference folder."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import click
import requests

from jira_sandbox.contract.documents import PLATFORM, SERVICE_DESK, SOFTWARE

ORIGIN = "https://developer.atlassian.com"
PATHS = {
    PLATFORM: "/cloud/jira/platform/swagger-v3.v3.json",
    SERVICE_DESK: "/cloud/jira/service-desk/swagger.v3.json",
    SOFTWARE: "/cloud/jira/software/swagger.v3.json",
}
"""Where Atlassian documents each file to be."""
_MOST = 64 * 1024 * 1024


class NotADocument(ValueError):
    """What came back is no OpenAPI 3 document."""


def fetch(origin: str, folder: Path, *, time_out: float = 60.0) -> list[Path]:
    """Downloads all documents into a folder; raises NotADocument or a requests error, and then keeps none of them."""
    documents = {name: _download(f"{origin}{path}", time_out) for name, path in PATHS.items()}
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, content in documents.items():
        partial = folder / f"{name}.partial"
        partial.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
        written.append(partial.replace(folder / name))
    return written


def _download(url: str, time_out: float) -> bytes:
    content = bytearray()
    with requests.get(url, timeout=time_out, stream=True) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(1 << 16):
            content += piece
            if len(content) > _MOST:
                raise NotADocument(f"{url} is larger than {_MOST} bytes.")
    _check(url, bytes(content))
    return bytes(content)


def _check(url: str, content: bytes) -> None:
    try:
        document = json.loads(content)
    except ValueError:
        raise NotADocument(f"{url} is not JSON.") from None
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise NotADocument(f"{url} is not an OpenAPI 3 document.")
    if not document.get("paths") or not document.get("components", {}).get("schemas"):
        raise NotADocument(f"{url} has no operations or no schemas.")


@click.command()
@click.option("--origin", default=ORIGIN, show_default=True, help="Where the documents are published.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path(__file__).resolve().parents[1] / ".build" / "contracts",
    help="The folder to write to. [default: .build/contracts]",
)
def main(origin: str, into: Path) -> None:
    """Downloads the three OpenAPI documents and checks that they parse."""
    try:
        for path in fetch(origin, into):
            click.echo(str(path))
    except (NotADocument, requests.RequestException) as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
