// SPDX-License-Identifier: Apache-2.0
// RUN: not mncc-opt --set-target="triple=x86_64-linux-gnu cpu=cascadlake" %s 2>&1 | FileCheck --check-prefix=CPU %s
// RUN: not mncc-opt --set-target="triple=aarch64-linux-gnu cpu=znver4" %s 2>&1 | FileCheck --check-prefix=ARCH %s
// RUN: not mncc-opt --set-target="triple=riscv64-linux-gnu" %s 2>&1 | FileCheck --check-prefix=TRIPLE %s

// CPU: error: unknown --mcpu 'cascadlake' for the target x86_64-linux-gnu
// CPU: note: did you mean 'cascadelake'?
// CPU: note: the rows are x86-64, x86-64-v2, x86-64-v3, znver3, alderlake, x86-64-v4, skylake-avx512, cascadelake, sapphirerapids, znver4, znver5
// ARCH: error: unknown --mcpu 'znver4' for the target aarch64-linux-gnu
// ARCH: note: the rows are generic, cortex-a35, cortex-a53, cortex-a55, cortex-a72, cortex-a76, cortex-a78, neoverse-n1, neoverse-v1
// TRIPLE: error: unknown target 'riscv64-linux-gnu'
// TRIPLE: note: the targets are x86_64-linux-gnu, x86_64-none-elf, aarch64-linux-gnu, aarch64-none-elf
module {
}
