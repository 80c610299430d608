#!/bin/sh
# Runs every test: `sh scripts/test.sh [pytest arguments]`.
. "$(dirname "$0")/setup.sh"
sh scripts/bridge.sh || echo "Without it the tests of the pages are skipped; everything else is tested."
exec "$python" -m pytest -n "${RELANCE_TEST_PROCESSES:-3}" --dist load --no-loadscope-reorder "$@"
