// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_LOWER_EXPONENTIAL_H
#define MNCC_PASSES_LOWER_EXPONENTIAL_H

namespace mncc::lower {

/// e to the power of `value`, at most 2 ulp of double off; the same on every machine, as a C library's need not be. 0
/// below -708, and not above 709.
double computeExp(double value);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_EXPONENTIAL_H
