// SPDX-License-Identifier: Apache-2.0
// The fields that only networks of integers have.
#ifndef MNCC_COMPILER_IMPORT_PARSEQUANTIZATION_H
#define MNCC_COMPILER_IMPORT_PARSEQUANTIZATION_H

#include "compiler/import/Description.h"
#include "compiler/import/JsonFields.h"

namespace mncc {

/// Reads "quantization" of an input or a layer, if it is there. Reports what is wrong with it.
void readQuantization(JsonFields &fields, std::optional<TensorQuantization> &quantization, Diagnostics &diagnostics);

/// Reads "quantization", "activation", "filter_zero_point" and "numerics" of a layer whose op is known.
void readQuantizedFields(JsonFields &fields, Layer &layer, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_PARSEQUANTIZATION_H
