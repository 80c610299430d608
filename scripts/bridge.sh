#!/bin/sh
# Fetches Atlassian's host bridge for the pages of the local Jira into .build/node, from a hashed lock: `sh scripts/bridge.sh`.
# Needs npm. Without it all else works: the local Jira then shows an app's pages in plain frames, and browser tests are skipped.
set -eu
cd "$(dirname "$0")/.."

stamp=.build/node/bridge-lock.cksum
wanted=$(cksum < jira_sandbox/bridge/package-lock.json)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
    command -v npm >/dev/null 2>&1 || { echo "npm is needed (it comes with Node.js 18 or newer)" >&2; exit 1; }
    mkdir -p .build/node
    cp jira_sandbox/bridge/package.json jira_sandbox/bridge/package-lock.json .build/node/
    npm ci --prefix .build/node --ignore-scripts --no-audit --no-fund --loglevel=error \
        --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000
    echo "$wanted" > "$stamp"
fi
