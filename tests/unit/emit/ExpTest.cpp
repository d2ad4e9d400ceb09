// SPDX-License-Identifier: Apache-2.0
// The exponential that kernels are made of, as machine code: how far off it is, and that a lane of a vector has the
// bits of a scalar.
#include "compiler/emit/Jit.h"
#include "compiler/emit/Llvm.h"
#include "passes/lower/kernels/Kernels.h"
#include "tests/unit/emit/SmallModel.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/bit.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mncc;
using namespace mncc::test;

static constexpr int64_t kCount = 1 << 16;

static constexpr const char *kModule =
    R"(module attributes {mn.name = "net", mn.stage = "lower", mn.arena_bytes = 64 : i64,
    mn.inputs = [{name = "x", type = tensor<1x65536xf32>}], mn.outputs = [{name = "y", type = tensor<1x65536xf32>}],
    mn.target = #mn.target<{COLUMNS}>} {
  func.func private @net_exp(%x: memref<65536xf32>, %y: memref<65536xf32>) { return }
  func.func @network() {
    mn.call @net_exp "exp" [#mn.buffer<space = input, index = 0, offset = 0>,
                            #mn.buffer<space = output, index = 0, offset = 0>]
        {layout = "nhwc", multiply_adds = 0 : i64, type = tensor<1x65536xf32>,
         schedule = #mn.schedule<vector = 1, pixels = 1, channels = 1, unroll = 1, order = panel_outer>}
    return
  }
})";

namespace {

/// y = exp(x) for kCount values at a time, in vectors of `lanes`; null where this machine cannot run them.
class Exponential {
public:
  Exponential(int64_t lanes, bool hasFma) {
    std::string text = kModule, columns = columnsOf(lanes, hasFma);
    context->loadAllAvailableDialects();
    text.replace(text.find("COLUMNS"), strlen("COLUMNS"), columns);
    module = mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
    buildKernel(lanes);
    EXPECT_TRUE(module);
    auto program = buildProgram(*module, /*isPositionIndependent=*/true);
    auto object = emitObject(*program);
    ModelInterface model;
    model.name = "net";
    model.inputs.resize(1);
    model.outputs.resize(1);
    model.arenaBytes = 64;
    model.target = (*module)->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
    auto loaded = Jit::load(*object, model, module->getLoc());
    EXPECT_TRUE(mlir::succeeded(loaded));
    jit = std::move(*loaded);
  }

  std::vector<float> operator()(const std::vector<float> &x) const {
    std::vector<float> y(kCount);
    EXPECT_EQ(jit->run({x.data()}, {y.data()}), 0);
    return y;
  }

private:
  static std::string columnsOf(int64_t lanes, bool hasFma) {
    std::string cpu = lanes == 16 ? "x86-64-v4" : hasFma ? "x86-64-v3" : "x86-64";
    return "cpu = \"" + cpu + "\", llvm_cpu = \"" + cpu +
           "\", triple = \"x86_64-linux-gnu\", vector_bits = " + std::to_string(std::max<int64_t>(lanes, 4) * 32) +
           " : i64, fma = " + (hasFma ? "true" : "false");
  }

  void buildKernel(int64_t lanes) {
    auto kernel = module->lookupSymbol<mlir::func::FuncOp>("net_exp");
    auto schedule = mn::ScheduleAttr::get(context.get(), lanes, 1, lanes, 1, mn::LoopOrder::PanelOuter, 1, 0, 1,
                                          mn::Split::Channels);
    lower::KernelBuilder b(kernel, (*module)->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr), schedule,
                           mlir::Float32Type::get(context.get()));
    lower::Buffer x{kernel.getArgument(0), {}}, y{kernel.getArgument(1), {}};
    b.loop(kCount / lanes, [&](mlir::Value turn) {
      mlir::Value address = b.mul(turn, lanes);
      b.store(lower::buildExp(b, b.load(x, address)), y, address);
    });
  }

  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<Jit> jit;
};

class ExpTest : public testing::Test {
protected:
  void SetUp() override {
    auto features = llvm::sys::getHostCPUFeatures();
    if (!llvm::Triple(llvm::sys::getProcessTriple()).isX86() || !features.lookup("fma"))
      GTEST_SKIP() << "the rows of these tests are x86-64, and one has fma";
    hasAvx512 = features.lookup("avx512f");
  }

  bool hasAvx512 = false;
};

} // namespace

/// Calls `body` with kCount floats at a time: every `step`-th of those in [-87, 88], and the ends.
static void forEachBatch(uint32_t step, llvm::function_ref<void(const std::vector<float> &)> body) {
  std::vector<float> batch = {-87.0f, 88.0f, 0.0f, -0.0f, std::nextafter(-87.0f, 0.0f), std::nextafter(88.0f, 0.0f)};
  auto flush = [&] {
    batch.resize(kCount, 0.0f);
    body(batch);
    batch.clear();
  };
  for (auto [sign, end] : {std::pair(1.0f, 88.0f), std::pair(-1.0f, 87.0f)})
    for (uint32_t bits = 0; bits <= llvm::bit_cast<uint32_t>(end); bits += step) {
      batch.push_back(std::copysign(llvm::bit_cast<float>(bits), sign));
      if (batch.size() == kCount)
        flush();
    }
  flush();
}

/// How far `y` is from e to the power of `x`, in units of the last place of the nearest float.
static double errorOf(float x, float y) {
  double exact = std::exp(static_cast<double>(x));
  auto nearest = static_cast<float>(exact);
  double unit = std::nextafter(nearest, INFINITY) - static_cast<double>(nearest);
  return std::abs(y - exact) / unit;
}

/// The largest error over every `step`-th float.
static double findLargestError(const Exponential &exponential, uint32_t step) {
  double largest = 0;
  forEachBatch(step, [&](const std::vector<float> &x) {
    std::vector<float> y = exponential(x);
    for (int64_t i = 0; i < kCount; ++i)
      largest = std::max(largest, errorOf(x[i], y[i]));
  });
  return largest;
}

TEST_F(ExpTest, IsAtMostTwoUnitsOffWithFma) {
  // 2^24 of the 2.2 * 10^9 floats.
  EXPECT_LE(findLargestError(Exponential(8, /*hasFma=*/true), 131), 2.0);
}

TEST_F(ExpTest, IsAtMostTwoUnitsOffWithoutFma) {
  EXPECT_LE(findLargestError(Exponential(4, /*hasFma=*/false), 131), 2.0);
}

TEST_F(ExpTest, EveryWidthHasTheSameBits) {
  std::vector<Exponential> widths;
  for (int64_t lanes : {1, 4, 8, 16})
    if (lanes < 16 || hasAvx512)
      widths.emplace_back(lanes, /*hasFma=*/true);
  Exponential scalar(1, /*hasFma=*/false), vector(4, /*hasFma=*/false);
  forEachBatch(1999, [&](const std::vector<float> &x) {
    for (const Exponential &width : widths)
      EXPECT_EQ(memcmp(width(x).data(), widths.front()(x).data(), kCount * sizeof(float)), 0);
    EXPECT_EQ(memcmp(vector(x).data(), scalar(x).data(), kCount * sizeof(float)), 0);
  });
}

TEST_F(ExpTest, ClampsItsArgument) {
  Exponential exponential(8, /*hasFma=*/true);
  std::vector<float> x(kCount, 0.0f);
  x[0] = -87.0f, x[1] = -1000.0f, x[2] = 88.0f, x[3] = 1000.0f;
  std::vector<float> y = exponential(x);
  EXPECT_EQ(y[0], y[1]);
  EXPECT_EQ(y[2], y[3]);
  EXPECT_EQ(y[4], 1.0f);
}
