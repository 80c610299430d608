# Makes the project's own environment in .venv from the hashed lock, once; sourced by demo.sh and test.sh.
# Needs nothing but Python 3.11 or newer and a shell.
set -eu
cd "$(dirname "$0")/.."

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
        [ -n "$candidate" ] || continue
        command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
    done
    echo "Python 3.11 or newer is needed; set PYTHON to its path" >&2
    return 1
}

# Each command starts many Python processes: what the first one compiles, the others read.
unset PYTHONDONTWRITEBYTECODE

stamp=.venv/relance-lock.sha256
wanted=$(cksum requirements.lock)
if [ ! -x .venv/bin/python ] || [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    python=$(find_python)
    echo "Setting up .venv with $("$python" --version) (once; about a minute)…"
    [ -x .venv/bin/python ] || "$python" -m venv .venv || {
        # Some systems ship Python without ensurepip: build the environment bare and fetch pip into it.
        rm -rf .venv
        "$python" -m venv --without-pip .venv
        "$python" -m pip --python .venv/bin/python install --quiet pip
    }
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
    echo "$wanted" > "$stamp"
fi
python=.venv/bin/python
