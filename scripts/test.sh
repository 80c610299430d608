#!/bin/sh
# Runs every test: `sh scripts/test.sh [pytest arguments]`.
. "$(dirname "$0")/setup.sh"
exec "$python" -m pytest -n "${RELANCE_TEST_PROCESSES:-3}" --dist load --no-loadscope-reorder "$@"
