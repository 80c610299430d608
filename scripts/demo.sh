#!/bin/sh
# Shows a support desk's promises being kept, in a local Jira: `sh scripts/demo.sh [--once]`.
. "$(dirname "$0")/setup.sh"
# Whoever clicks through it afterwards wants the pages alive; the story alone does not need them.
[ "${1:-}" = "--once" ] || sh scripts/bridge.sh || echo "Without it the local Jira shows the pages in plain frames."
exec "$python" -m scripts.demo "$@"
