#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Do the tests find bugs? Plants one at a time in a copy of the sources and expects a test to fail: seeded bugs, and each
# pass with an empty body. usage: mutate.sh [NAME…]    without names, all of them
set -euo pipefail
cd "$(dirname "$0")/.."
bash tests/setup.sh test
exec /usr/bin/python3 tests/mutate.py "$@"
