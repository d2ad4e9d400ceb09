// SPDX-License-Identifier: Apache-2.0
// One sentence about each field of a description or a calibration file, for the notes of errors.
#ifndef MNCC_COMPILER_IMPORT_FIELDHELP_H
#define MNCC_COMPILER_IMPORT_FIELDHELP_H

#include <string_view>

namespace mncc {

/// What `field` is and how it is written; empty for other names.
std::string_view getFieldHelp(std::string_view field);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_FIELDHELP_H
