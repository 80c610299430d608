#!/bin/sh
# Writes requirements.lock anew: every direct and indirect dependency, pinned and hashed, without download addresses.
. "$(dirname "$0")/setup.sh"
"$python" -m pip install --quiet --disable-pip-version-check uv
exec "$python" -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links --extra postgres --group sandbox --group dev \
    --output-file requirements.lock pyproject.toml "$@"
