# SPDX-License-Identifier: Apache-2.0
"""The shipped model: its accuracy, and the same bits from the x86-64 and the AArch64 object."""
import shutil

from harness import FASHION, IS_LONG, check, fashion_images, mncc, run, run_network, temporary
import numpy as np

PROGRAM = """
#include "mobilenet_fashion.h"
#include <stdio.h>
static _Alignas(MOBILENET_FASHION_ARENA_ALIGN) uint8_t arena[MOBILENET_FASHION_ARENA_BYTES];
static float input[MOBILENET_FASHION_INPUT_ELEMENTS], output[MOBILENET_FASHION_OUTPUT_ELEMENTS];
int main(void) {
  while (fread(input, sizeof input, 1, stdin) == 1) {
    if (mobilenet_fashion_run(input, output, arena) != MOBILENET_FASHION_OK)
      return 1;
    fwrite(output, sizeof output, 1, stdout);
  }
  return 0;
}
"""

images, labels = fashion_images(10000)
outputs = run_network(FASHION, {"input": images})["softmax"]
accuracy = (outputs.argmax(1) == labels).mean()
check(accuracy >= 0.925, f"top-1 on 10,000 test images is at least 92.5 % ({100 * accuracy:.2f})")

compiler, emulator = shutil.which("aarch64-linux-gnu-gcc"), shutil.which("qemu-aarch64")
if not compiler or not emulator:
    print("skipped: the AArch64 object needs aarch64-linux-gnu-gcc and qemu-aarch64")
else:
    count = 10000 if IS_LONG else 200
    folder = temporary()
    (folder / "main.c").write_text(PROGRAM)
    mncc(FASHION, "--target=aarch64-linux-gnu", "--mcpu=cortex-a53", "-o", folder)
    run(compiler, "-O1", "-static", folder / "main.c", folder / "mobilenet_fashion.o", "-o", folder / "program")
    values = (images[:count].astype(np.float64) * 0.00392156862745098).astype("<f4")
    (folder / "in").write_bytes(values.tobytes())
    with open(folder / "in") as source, open(folder / "out", "w") as target:
        import subprocess
        check(subprocess.run([emulator, folder / "program"], stdin=source, stdout=target).returncode == 0,
              f"the AArch64 object runs {count} images in the emulator")
    check((folder / "out").read_bytes() == outputs[:count].tobytes(), "x86-64 and AArch64 give the same bits")
