// SPDX-License-Identifier: Apache-2.0
// What this machine could do at best: the yardstick of every other figure.
#ifndef MNCC_COMPILER_COMMANDS_FMAPEAK_H
#define MNCC_COMPILER_COMMANDS_FMAPEAK_H

#include <cstdint>

namespace mncc {

/// Billions of fp32 operations a second, two a fused multiply-add, that one thread reaches with vectors of `lanes`
/// values (16, 8 or 4): the best of five loops of as many independent accumulators as the registers hold. 4 lanes on
/// x86-64 multiply and add apart.
double measurePeak(int64_t lanes);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_FMAPEAK_H
