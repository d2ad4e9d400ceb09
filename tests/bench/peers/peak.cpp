// SPDX-License-Identifier: Apache-2.0
// The yardstick of mncc-bench as a library.
#include "tests/bench/FmaPeak.h"

extern "C" double bench_peak(int64_t lanes) { return mncc::bench::measurePeak(lanes); }
