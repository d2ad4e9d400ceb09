// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Description.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace mncc;

static constexpr int64_t kMany = 1024;

static constexpr OpInfo kOps[] = {{LayerOp::Conv2D, "conv2d", 1, 1},
                                  {LayerOp::DepthwiseConv2D, "depthwise_conv2d", 1, 1},
                                  {LayerOp::PointwiseConv2D, "pointwise_conv2d", 1, 1},
                                  {LayerOp::FullyConnected, "fully_connected", 1, 1},
                                  {LayerOp::BatchNorm, "batch_norm", 1, 1},
                                  {LayerOp::Relu, "relu", 1, 1},
                                  {LayerOp::Relu6, "relu6", 1, 1},
                                  {LayerOp::Sigmoid, "sigmoid", 1, 1},
                                  {LayerOp::HardSwish, "hard_swish", 1, 1},
                                  {LayerOp::HardSigmoid, "hard_sigmoid", 1, 1},
                                  {LayerOp::Softmax, "softmax", 1, 1},
                                  {LayerOp::Add, "add", 2, 2},
                                  {LayerOp::Mul, "mul", 2, 2},
                                  {LayerOp::AveragePool, "average_pool", 1, 1},
                                  {LayerOp::MaxPool, "max_pool", 1, 1},
                                  {LayerOp::GlobalAveragePool, "global_average_pool", 1, 1},
                                  {LayerOp::Flatten, "flatten", 1, 1},
                                  {LayerOp::Reshape, "reshape", 1, 1},
                                  {LayerOp::Concat, "concat", 2, kMany},
                                  {LayerOp::Pad, "pad", 1, 1},
                                  {LayerOp::Resize, "resize", 1, 1},
                                  {LayerOp::Dropout, "dropout", 1, 1},
                                  {LayerOp::Quantize, "quantize", 1, 1},
                                  {LayerOp::Dequantize, "dequantize", 1, 1}};

llvm::ArrayRef<OpInfo> mncc::getOps() { return kOps; }

const OpInfo &mncc::getOpInfo(LayerOp op) { return kOps[static_cast<size_t>(op)]; }

std::vector<std::string> mncc::getOpNames() {
  std::vector<std::string> names;
  for (const OpInfo &info : kOps)
    names.emplace_back(info.name);
  return names;
}

bool mncc::isWeighted(LayerOp op) {
  return op == LayerOp::Conv2D || op == LayerOp::DepthwiseConv2D || op == LayerOp::PointwiseConv2D ||
         op == LayerOp::FullyConnected;
}

bool mncc::clampsIntegers(LayerOp op) { return isWeighted(op) || op == LayerOp::Add || op == LayerOp::Mul; }

QuantizedRange mncc::getQuantizedRange(QuantizedType type) {
  return type == QuantizedType::Int8 ? QuantizedRange{-128, 127} : QuantizedRange{0, 255};
}

std::string_view mncc::getQuantizedTypeName(QuantizedType type) {
  return type == QuantizedType::Int8 ? "int8" : "uint8";
}

std::string FileReference::resolve() const {
  if (!location.file || llvm::sys::path::is_absolute(path))
    return path;
  llvm::SmallString<256> resolved(llvm::sys::path::parent_path(location.file->path));
  llvm::sys::path::append(resolved, path);
  return resolved.str().str();
}
