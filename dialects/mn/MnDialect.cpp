// SPDX-License-Identifier: Apache-2.0
// What belongs to the dialect `mn`.
#include "dialects/mn/Mn.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace mncc::mn;

#include "dialects/mn/MnDialect.cpp.inc"
#include "dialects/mn/MnInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/mn/MnOps.cpp.inc"

void MnDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/mn/MnOps.cpp.inc"
      >();
  registerMnAttributes();
}
