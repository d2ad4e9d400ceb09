// SPDX-License-Identifier: Apache-2.0
// The dialect `mn`: the layers of a MobileNet. This file is the manual; MnAttributes.td, MnInterfaces.td and MnOps.td
// follow in reading order.
#ifndef MNCC_DIALECTS_MN_MN_TD
#define MNCC_DIALECTS_MN_MN_TD

include "mlir/IR/OpBase.td"

def Mn_Dialect : Dialect {
  let name = "mn";
  let cppNamespace = "::mncc::mn";
  let summary = "Layers of a MobileNet, from the imported network to placed and scheduled kernels";
  let description = [{
    Values are ranked, static tensors in NHWC order with batch 1: `tensor<1x112x112x32xf32>` is a feature map,
    `tensor<1x1000xf32>` a vector. Weights are `mn.constant`s that refer to resources. Op names are the words of the
    model description (docs/model-format.md); the constraint labels (`conv2d_c1`) are shared by that page, the verifiers
    and their tests.

    A function argument and a function result carry their tensor's name as `{mn.name = "input"}`. The module carries
    `mn.stage` (the last stage that ran: "import", "fuse", "tile", "lower"), `mn.target` (`#mn.target`) and `mn.options`.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = "void registerMnAttributes();";
}

#endif // MNCC_DIALECTS_MN_MN_TD
