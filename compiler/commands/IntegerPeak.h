// SPDX-License-Identifier: Apache-2.0
// What this machine could do at best with integers of 8 bits.
#ifndef MNCC_COMPILER_COMMANDS_INTEGERPEAK_H
#define MNCC_COMPILER_COMMANDS_INTEGERPEAK_H

#include <cstdint>

namespace mncc {

/// Billions of operations a second, two a product, that one thread reaches on x86-64 in vectors of `lanes` sums (16, 8
/// or 4): by vpdpbusd where `hasDots`, which 4 lanes never have, else by pmaddwd and an addition. The best of five
/// loops of twelve sums; 0 on other processors.
double measureIntegerPeak(int64_t lanes, bool hasDots);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_INTEGERPEAK_H
