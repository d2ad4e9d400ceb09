// SPDX-License-Identifier: Apache-2.0
// A description as JSON text in the explicit form, as `mncc expand` prints it.
#ifndef MNCC_COMPILER_IMPORT_PRINTDESCRIPTION_H
#define MNCC_COMPILER_IMPORT_PRINTDESCRIPTION_H

#include "compiler/import/Description.h"

namespace mncc {

/// The explicit form of a checked description: one layer a line, every attribute of its op stated, the same text for
/// the same description. Reading it back gives the same description. Paths stay as the description wrote them.
std::string printDescription(const Description &description);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_PRINTDESCRIPTION_H
