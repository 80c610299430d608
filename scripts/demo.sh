#!/bin/sh
# Shows a support desk's promises being kept, in a local Jira: `sh scripts/demo.sh [--once]`.
. "$(dirname "$0")/setup.sh"
exec "$python" -m scripts.demo "$@"
