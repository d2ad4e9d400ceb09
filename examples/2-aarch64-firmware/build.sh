#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the firmware and runs it in QEMU. usage: build.sh MNCC OUT_DIR [IMAGES]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
mncc=$1 out=$2 images=${3:-8}
mkdir -p "$out"
"$mncc" "$root/models/fashion/mobilenet_v1_0.25_32_fashion.json" --target=aarch64-none-elf --mcpu=cortex-a53 \
  -o "$out" --dump-ir="$out/ir" > "$out/mncc.log"
/usr/bin/python3 "$root/examples/fashion_images.py" "$images" "$out/test_images.h" "$root/models/fashion/labels.txt"
flags=(--target=aarch64-none-elf -mcpu=cortex-a53 -O2 -ffreestanding -fno-builtin -Wall -Wextra -I"$out" -I"$root")
for source in "$here/reset.S" "$here/main.c" "$root/runtime/Memory.c"; do
  clang-22 "${flags[@]}" -c "$source" -o "$out/$(basename "${source%.*}").o"
done
clang-22 --target=aarch64-none-elf -nostdlib -static -fuse-ld=lld -T "$here/firmware.ld" \
  "$out/reset.o" "$out/main.o" "$out/Memory.o" "$out/mobilenet_fashion.o" -o "$out/firmware.elf"
# Semihosting writes to QEMU's standard error.
timeout 120 qemu-system-aarch64 -M virt -cpu cortex-a53 -nographic -net none -icount shift=0 \
  -semihosting-config enable=on,target=native -kernel "$out/firmware.elf" < /dev/null 2>&1
