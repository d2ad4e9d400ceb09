// SPDX-License-Identifier: Apache-2.0
// What this machine could do at best with integers of 8 bits.
#ifndef MNCC_COMPILER_COMMANDS_INTEGERPEAK_H
#define MNCC_COMPILER_COMMANDS_INTEGERPEAK_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace mncc {

/// Billions of operations a second, two a product, that one thread reaches on x86-64 in vectors of `lanes` sums by
/// `product`, a row's `int8_product`: "vpdpbusd" for 16 (AVX512-VNNI) or 8 (AVX-VNNI), "pmaddwd", with an addition, for
/// 16 (AVX-512), 8 (AVX2) or 4. The best of five loops of twelve sums; 0 for other products, lanes and processors, and
/// where this processor lacks the instruction.
double measureIntegerPeak(int64_t lanes, llvm::StringRef product);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_INTEGERPEAK_H
