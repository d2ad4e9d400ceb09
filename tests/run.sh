#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds and runs every test. usage: tests/run.sh [--long] — with --long the full counts run where a fixed slice
# stands in, and mutate.sh. MNCC_TEST_DATA names the folder of models and images that are not part of the project.
set -euo pipefail
cd "$(dirname "$0")/.."

export MNCC_TEST_DATA="${MNCC_TEST_DATA:-$PWD/../shared/data}"
[ "${1:-}" = --long ] && export MNCC_LONG=1

bash tests/setup.sh test
cmake --preset release
cmake --build --preset release
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
ctest --preset release -j "$(nproc)" | tee "$log" || status=$?
[ -z "${MNCC_LONG:-}" ] || bash tests/mutate.sh || status=$?
passed=$(grep -c '   Passed ' "$log" || true)
skipped=$(grep -c 'Skipped ' "$log" || true)
failed=$(grep -c -E '\*\*\*(Failed|Timeout|Exception|Not Run)' "$log" || true)
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
