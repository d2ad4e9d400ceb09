// SPDX-License-Identifier: Apache-2.0
// Is the description a graph that can run?
#ifndef MNCC_COMPILER_IMPORT_CHECKGRAPH_H
#define MNCC_COMPILER_IMPORT_CHECKGRAPH_H

#include "compiler/import/Description.h"

namespace mncc {

/// Checks that names are unique, that every input and output exists, that ops get as many inputs as they take and that
/// there is no cycle. Then sorts the layers so that each stands after those it uses, moving as few as possible, and
/// sets `outputs` where the description has none: the layers that nobody uses, in their order.
llvm::LogicalResult checkGraph(Description &description, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_CHECKGRAPH_H
