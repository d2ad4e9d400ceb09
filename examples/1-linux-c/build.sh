#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the example. usage: build.sh MNCC OUT_DIR [IMAGES]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mncc=$1 out=$2 images=${3:-8}
model=$here/../../models/fashion/mobilenet_v1_0.25_32_fashion.json
mkdir -p "$out"
"$mncc" "$model" -o "$out" --dump-ir="$out/ir" > "$out/mncc.log"
/usr/bin/python3 "$here/../fashion_images.py" "$images" "$out/test_images.h" "$here/../../models/fashion/labels.txt"
cc -std=c11 -O2 -Wall -Wextra -I"$out" "$here/main.c" "$out/mobilenet_fashion.o" -o "$out/classify"
"$out/classify"
