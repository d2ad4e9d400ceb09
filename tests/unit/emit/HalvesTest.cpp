// SPDX-License-Identifier: Apache-2.0
// Two halves of a module compiled at once are what the whole is, compiled alone.
#include "compiler/emit/Halves.h"
#include "compiler/emit/Llvm.h"
#include "compiler/emit/Optimize.h"
#include "tests/unit/emit/SmallModel.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Verifier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

using namespace mncc;
using namespace mncc::test;

// `chain` takes in `inner`; `run` calls them all.
static constexpr char kFunctions[] = R"(
define void @run(ptr %p) nounwind { call void @chain(ptr %p) call void @first(ptr %p) call void @second(ptr %p) ret void }
define hidden void @first(ptr %p) nounwind noinline { %v = load i32, ptr %p %w = mul i32 %v, %v store i32 %w, ptr %p ret void }
define hidden void @chain(ptr %p) nounwind noinline { call void @inner(ptr %p) store i32 3, ptr %p ret void }
define hidden void @second(ptr %p) nounwind noinline { %v = load i32, ptr %p %w = mul i32 %v, 5 store i32 %w, ptr %p ret void }
define hidden void @inner(ptr %p) nounwind { %v = load i32, ptr %p %w = add i32 %v, 7 store i32 %w, ptr %p ret void }
)";

namespace {

class Halves : public ::testing::Test {
protected:
  std::unique_ptr<llvm::Module> parse() { return parseIr(kFunctions, context, *machine); }

  std::string print(const llvm::Module &module) {
    llvm::SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    writeMachineCode(module, *machine, llvm::CodeGenFileType::AssemblyFile, stream);
    return {bytes.begin(), bytes.end()};
  }

  std::unique_ptr<mlir::MLIRContext> mlirContext = makeContext();
  mlir::Location location = mlir::UnknownLoc::get(mlirContext.get());
  std::unique_ptr<llvm::TargetMachine> machine = makeMachine(kX86Linux, location),
                                       other = makeMachine(kX86Linux, location);
  llvm::LLVMContext context;
};

/// Where two threads wait for each other.
class Meeting {
public:
  /// True where the other one comes within ten seconds.
  bool waitForOther() {
    std::unique_lock lock(mutex);
    ++arrived;
    changed.notify_all();
    return changed.wait_for(lock, std::chrono::seconds(10), [&] { return arrived == 2; });
  }

private:
  std::mutex mutex;
  std::condition_variable changed;
  int arrived = 0;
};

} // namespace

TEST_F(Halves, AreTheWhole) {
  auto whole = parse(), module = parse();
  optimize(*whole, *machine, {});
  std::mutex mutex;
  std::vector<std::string> defined;
  auto compile = [&](llvm::Module &half, llvm::TargetMachine &target) {
    optimize(half, target, {});
    std::scoped_lock lock(mutex);
    std::string names;
    for (const llvm::Function &function : half)
      if (!function.isDeclaration())
        names += (names.empty() ? "" : " ") + function.getName().str();
    defined.push_back(names);
    return inspectCode(half, target, location);
  };
  auto codes = compileInHalves(*module, *machine, *other, "run", compile, location);
  ASSERT_TRUE(mlir::succeeded(codes));
  EXPECT_EQ(codes->size(), 5u);
  EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
  EXPECT_EQ(print(*module), print(*whole));
  std::sort(defined.begin(), defined.end());
  ASSERT_EQ(defined.size(), 2u);
  for (const std::string &names : defined)
    EXPECT_EQ(names.find("chain") == std::string::npos, names.find("inner") == std::string::npos) << names;
}

TEST_F(Halves, AreCompiledAtOnceWithoutThreadsOfMlir) {
  if (!LLVM_ENABLE_THREADS)
    GTEST_SKIP() << "LLVM has no threads";
  mlirContext->disableMultithreading();
  auto module = parse();
  Meeting meeting;
  std::atomic<int> met = 0;
  auto compile = [&](llvm::Module &half, llvm::TargetMachine &target) {
    met += meeting.waitForOther();
    return inspectCode(half, target, location);
  };
  auto codes = compileInHalves(*module, *machine, *other, "run", compile, location);
  ASSERT_TRUE(mlir::succeeded(codes));
  EXPECT_EQ(codes->size(), 5u);
  EXPECT_EQ(met, 2);
}

TEST_F(Halves, BothReportTheirErrors) {
  mlirContext->disableMultithreading();
  auto module = parse();
  Meeting meeting;
  std::vector<std::string> errors;
  mlir::ScopedDiagnosticHandler handler(mlirContext.get(),
                                        [&](mlir::Diagnostic &error) { errors.push_back(error.str()); });
  auto compile = [&](llvm::Module &, llvm::TargetMachine &) -> mlir::FailureOr<std::vector<FunctionCode>> {
    meeting.waitForOther();
    return mlir::emitError(location) << "broken";
  };
  EXPECT_TRUE(mlir::failed(compileInHalves(*module, *machine, *other, "run", compile, location)));
  EXPECT_EQ(errors, (std::vector<std::string>{"broken", "broken"}));
}

TEST_F(Halves, AnErrorInOneIsTheirs) {
  for (const char *broken : {"run", "second"}) {
    auto module = parse();
    auto compile = [&](llvm::Module &half, llvm::TargetMachine &target) -> mlir::FailureOr<std::vector<FunctionCode>> {
      if (const llvm::Function *function = half.getFunction(broken); function && !function->isDeclaration())
        return mlir::failure();
      return inspectCode(half, target, location);
    };
    EXPECT_TRUE(mlir::failed(compileInHalves(*module, *machine, *other, "run", compile, location))) << broken;
  }
}
