// SPDX-License-Identifier: Apache-2.0
// Exponentials of a quantised softmax, for each distance of an integer from the largest of its row.
#ifndef MNCC_PASSES_LOWER_SOFTMAXTABLE_H
#define MNCC_PASSES_LOWER_SOFTMAXTABLE_H

#include <cstdint>
#include <vector>

namespace mncc::lower {

/// Distances that bytes can have.
inline constexpr int64_t kSoftmaxEntries = 256;

/// exp(-distance * scale) for the distances 0 to 255, in units of 2^-31, as TFLite's reference softmax has them in
/// gemmlowp's fixed point (internal/reference/softmax.h; gemmlowp fixedpoint.h, exp_on_negative_values); 0 where the
/// distance is beyond what its fixed point holds. `scale` is the input's.
std::vector<int32_t> makeSoftmaxTable(double scale);

/// The same exponentials as floats, as XNNPACK and LiteRT's optimised kernels take them.
std::vector<float> makeFloatSoftmaxTable(double scale);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_SOFTMAXTABLE_H
