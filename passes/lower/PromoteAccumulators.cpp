// SPDX-License-Identifier: Apache-2.0
// Unrolled code stores each sum and loads it again for the next product, at places whose indices are arithmetic on
// constants. LLVM would see through that, after all of it was converted, translated and visited: most of the time that
// a tile of integers takes to compile.
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/FoldUtils.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PROMOTEACCUMULATORSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// True where `memory` is an array of a kernel's own that is only loaded and stored.
static bool isAccumulators(Value memory) {
  return memory.getDefiningOp<memref::AllocaOp>() && llvm::all_of(memory.getUses(), [](OpOperand &use) {
           if (auto store = dyn_cast<memref::StoreOp>(use.getOwner()))
             return use.get() == store.getMemRef();
           return isa<memref::LoadOp>(use.getOwner());
         });
}

/// The place of the element with `indices` in an array of `type`; none where one is known at run time only.
static std::optional<int64_t> findPlace(MemRefType type, ValueRange indices) {
  int64_t place = 0;
  for (auto [index, size] : llvm::zip(indices, type.getShape())) {
    std::optional<int64_t> constant = getConstantIntValue(index);
    if (!constant)
      return std::nullopt;
    place = place * size + *constant;
  }
  return place;
}

namespace {

/// What is known of the elements of accumulators at one point of a block.
class Accumulators {
public:
  /// Puts what is known in the place of `load`, which is erased then.
  void take(memref::LoadOp load) {
    Element *element = find(load.getMemRef(), load.getIndices());
    if (!element)
      return;
    if (!element->value) {
      *element = {load.getResult(), nullptr};
      return;
    }
    load.replaceAllUsesWith(element->value);
    load.erase();
  }

  /// A store that nothing has read before `store` overwrites it is erased.
  void put(memref::StoreOp store) {
    Element *element = find(store.getMemRef(), store.getIndices());
    if (!element)
      return;
    if (element->store)
      element->store.erase();
    *element = {store.getValue(), store};
  }

  /// Blocks inside of this one may load and store what they like.
  void forget() { elements.clear(); }

private:
  struct Element {
    Value value;
    /// The store of `value`, which no other block has seen.
    memref::StoreOp store;
  };

  Element *find(Value memory, ValueRange indices) {
    auto [known, isNew] = areAccumulators.try_emplace(memory, false);
    if (isNew)
      known->second = isAccumulators(memory);
    if (!known->second)
      return nullptr;
    if (std::optional<int64_t> place = findPlace(cast<MemRefType>(memory.getType()), indices))
      return &elements[{memory, *place}];
    forget();
    return nullptr;
  }

  llvm::DenseMap<Value, bool> areAccumulators;
  llvm::DenseMap<std::pair<Value, int64_t>, Element> elements;
};

struct PromoteAccumulators : mncc::impl::PromoteAccumulatorsPassBase<PromoteAccumulators> {
  void runOnOperation() override {
    OperationFolder folder(&getContext());
    Accumulators accumulators;
    promote(getOperation().getBody(), folder, accumulators);
  }

private:
  static void promote(Region &region, OperationFolder &folder, Accumulators &accumulators) {
    for (Block &block : region) {
      accumulators.forget();
      for (Operation &op : llvm::make_early_inc_range(block)) {
        if (auto load = dyn_cast<memref::LoadOp>(op))
          accumulators.take(load);
        else if (auto store = dyn_cast<memref::StoreOp>(op))
          accumulators.put(store);
        else if (isa<arith::ArithDialect>(op.getDialect()))
          (void)folder.tryToFold(&op);
        else
          for (Region &inner : op.getRegions())
            promote(inner, folder, accumulators);
      }
    }
    accumulators.forget();
  }
};

} // namespace
