// SPDX-License-Identifier: Apache-2.0
// Loops of a flow graph. Addresses do not tell: blocks of an outer loop may
// stand together at its end.
#ifndef MNCC_COMPILER_EMIT_INNERMOSTLOOPS_H
#define MNCC_COMPILER_EMIT_INNERMOSTLOOPS_H

#include <cstddef>
#include <vector>

namespace mncc {

/// A natural loop that has no other loop inside.
struct InnermostLoop {
  /// Where each turn begins.
  size_t header;
  /// The places of the loop, ascending.
  std::vector<size_t> body;
};

/// The innermost loops in the order of their headers, given the `successors` of each place; the flow starts at place 0.
std::vector<InnermostLoop> findInnermostLoops(const std::vector<std::vector<size_t>> &successors);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_INNERMOSTLOOPS_H
