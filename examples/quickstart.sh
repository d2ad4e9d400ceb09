#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From nothing to a classified image: sets up, builds mncc, compiles the model that ships for this machine and for a
# bare-metal AArch64 firmware, and runs both on the same test images. usage: quickstart.sh [IMAGES]
set -euo pipefail
cd "$(dirname "$0")/.."
images=${1:-8}
out=build/quickstart

trap 'echo "quickstart: failed in the step \"$step\"; the files are in $out*" >&2' ERR
step() {
  step=$*
  echo "== $*"
}
# Runs a command that may take long; a dot a 20 seconds says that it is alive. Shows the log where it fails.
quietly() {
  local log=$1
  shift
  "$@" > "$log" 2>&1 &
  local pid=$! waited=0
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    [ $((waited % 20)) -ne 0 ] || echo "   … $waited s"
  done
  if ! wait "$pid"; then
    tail -n 30 "$log" >&2
    exit 1
  fi
}

step "set-up"
bash tests/setup.sh build
mkdir -p build
step "build mncc (release; the first time takes a few minutes)"
quietly build/quickstart-configure.log cmake --preset release
quietly build/quickstart-build.log cmake --build --preset release --target mncc
mncc=$PWD/build/release/bin/mncc

step "compile the shipped model for x86-64 Linux and run it"
bash examples/1-linux-c/build.sh "$mncc" "$out/linux" "$images" > "$out-linux.txt"
tail -n 2 "$out/linux/mncc.log"
step "compile the shipped model for bare-metal AArch64 and run the firmware in QEMU"
bash examples/2-aarch64-firmware/build.sh "$mncc" "$out/firmware" "$images" > "$out-firmware.txt"
tail -n 2 "$out/firmware/mncc.log"

step "what both said of the same images"
printf '%5s  %-12s  %-12s %-7s  %-12s %-7s  %s\n' image label "x86-64" score "AArch64" score "instructions"
paste -d '|' "$out-linux.txt" <(grep -v '^stack' "$out-firmware.txt") | while IFS='|' read -r number label class score _ _ \
  class2 score2 instructions; do
  printf '%5s  %-12s  %-12s %-7s  %-12s %-7s  %s\n' "$number" "$label" "$class" "$score" "$class2" "$score2" "$instructions"
done
if ! cmp -s <(cut -d '|' -f 1-4 "$out-linux.txt") <(grep -v '^stack' "$out-firmware.txt" | cut -d '|' -f 1-4); then
  echo "quickstart: the two programs disagree" >&2
  exit 1
fi
step "sizes"
for place in linux firmware; do
  sed -n -e '1p' -e '/^code/p' -e '/^weights/p' -e '/^arena/p' -e '/^stack/p' "$out/$place/mobilenet_fashion.report.txt"
done
echo "stack seen by painting it in the firmware: $(sed -n 's/^stack|//p' "$out-firmware.txt") bytes"
step "the IR after every pass lies in $out/linux/ir and $out/firmware/ir; the headers and reports beside"
