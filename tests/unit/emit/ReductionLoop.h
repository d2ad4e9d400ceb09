// SPDX-License-Identifier: Apache-2.0
// The loop that the tests of what writes reductions anew read.
#ifndef MNCC_TESTS_UNIT_EMIT_REDUCTIONLOOP_H
#define MNCC_TESTS_UNIT_EMIT_REDUCTIONLOOP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

namespace mncc {

/// A loop of eight turns that adds up the squares of the vectors at `offsets` bytes from a pointer that moves on by 256
/// bytes, and does `extra`. Vector n is `%v<n>`.
inline std::string writeReduction(llvm::ArrayRef<int> offsets, const std::string &extra = "") {
  std::string body, sum = "%sum";
  for (auto [n, offset] : llvm::enumerate(offsets)) {
    body += fmt::format("  %p{0} = getelementptr inbounds i8, ptr %at, i64 {1}\n"
                        "  %v{0} = load <4 x float>, ptr %p{0}, align 4\n"
                        "  %s{0} = call <4 x float> @llvm.fma.v4f32(<4 x float> %v{0}, <4 x float> %v{0}, "
                        "<4 x float> {2})\n",
                        n, offset, sum);
    sum = fmt::format("%s{}", n);
  }
  return fmt::format("declare <4 x float> @llvm.fma.v4f32(<4 x float>, <4 x float>, <4 x float>)\n"
                     "define <4 x float> @kernel(ptr noalias readonly %from, ptr noalias %to) {{\n"
                     "entry:\n  br label %loop\nloop:\n  %i = phi i64 [0, %entry], [%next, %loop]\n"
                     "  %sum = phi <4 x float> [zeroinitializer, %entry], [{0}, %loop]\n"
                     "  %at = getelementptr inbounds [64 x float], ptr %from, i64 %i\n{1}{2}"
                     "  %next = add nuw nsw i64 %i, 1\n  %done = icmp eq i64 %next, 8\n"
                     "  br i1 %done, label %exit, label %loop\nexit:\n  ret <4 x float> {0}\n}}\n",
                     sum, body, extra);
}

} // namespace mncc

#endif // MNCC_TESTS_UNIT_EMIT_REDUCTIONLOOP_H
