// SPDX-License-Identifier: Apache-2.0
// Loops of a flow graph. Addresses do not tell: blocks of an outer loop may
// stand together at its end.
#ifndef MNCC_COMPILER_EMIT_INNERMOSTLOOPS_H
#define MNCC_COMPILER_EMIT_INNERMOSTLOOPS_H

#include <cstddef>
#include <vector>

namespace mncc {

/// The places of each natural loop that has no other loop inside, given the
/// `successors` of each place; the flow starts at place 0. Places of a loop are
/// in ascending order, loops in the order of their headers.
std::vector<std::vector<size_t>> findInnermostLoops(const std::vector<std::vector<size_t>> &successors);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_INNERMOSTLOOPS_H
