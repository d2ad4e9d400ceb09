// SPDX-License-Identifier: Apache-2.0
// What a hook sees of a layer's result: its name and its values.
#ifndef MNCC_COMPILER_COMMANDS_LAYERTENSORS_H
#define MNCC_COMPILER_COMMANDS_LAYERTENSORS_H

#include "compiler/emit/Interface.h"

namespace mncc {

/// The name of the tensor that `layer` of `model` writes: that of the last layer it has taken in. A copy into another
/// layout has the name of what it copies.
std::string nameTensor(const ModelInterface &model, const LayerInterface &layer);

/// The result of `layer`, which lies at `values` in its layout, as dense NHWC numbers: floats of any precision, or
/// integers as they are stored.
std::vector<double> readTensor(const LayerInterface &layer, const void *values);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_LAYERTENSORS_H
