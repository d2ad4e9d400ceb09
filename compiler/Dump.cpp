// SPDX-License-Identifier: Apache-2.0
#include "compiler/Dump.h"

#include "compiler/Stages.h"
#include "compiler/import/Safetensors.h"
#include "dialects/mn/WeightResource.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <set>
#include <utility>

using namespace mlir;

namespace mncc {

/// Every resource that `module` names, once.
static std::vector<DenseResourceElementsAttr> collectWeights(ModuleOp module) {
  std::vector<DenseResourceElementsAttr> weights;
  std::set<std::string> seen;
  auto collect = [&](Attribute attribute) {
    auto resource = dyn_cast_if_present<DenseResourceElementsAttr>(attribute);
    if (resource && seen.insert(resource.getRawHandle().getKey().str()).second)
      weights.push_back(resource);
  };
  collect(module->getAttr("mn.weights"));
  module.walk([&](mn::ConstantOp constant) { collect(constant.getValue()); });
  return weights;
}

std::string printDump(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream, OpPrintingFlags().elideLargeResourceString(0).enableDebugInfo());
  stream << "\n";
  return text;
}

void DumpDirectory::write(ModuleOp module, StringRef step) {
  std::string text = printDump(module);
  if (text == lastText)
    return;
  lastText = text;
  for (DenseResourceElementsAttr resource : collectWeights(module))
    keep(resource);
  writeFile(fmt::format("{:02}-{}.mlir", number++, step.str()), text);
}

void DumpDirectory::writeWeights() {
  std::vector<TensorView> tensors;
  for (auto &[name, tensor] : weights)
    tensors.push_back({name, tensor.dtype, tensor.shape, tensor.bytes});
  writeFile(kDumpWeightsFile.str(), serializeSafetensors(tensors));
}

static DType getDType(Type element) {
  if (element.isInteger(8))
    return DType::U8;
  return element.isF16() ? DType::F16 : element.isBF16() ? DType::BF16 : DType::F32;
}

void DumpDirectory::keep(DenseResourceElementsAttr resource) {
  std::string key = resource.getRawHandle().getKey().str();
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob || weights.count(key))
    return;
  const auto *bytes = reinterpret_cast<const uint8_t *>(blob->getData().data());
  weights[key] = {getDType(resource.getType().getElementType()), resource.getType().getShape().vec(),
                  std::vector<uint8_t>(bytes, bytes + blob->getData().size())};
}

void DumpDirectory::writeFile(const std::string &name, const std::string &bytes) {
  if (hasFailed)
    return;
  llvm::SmallString<128> file(path);
  llvm::sys::path::append(file, name);
  std::error_code error = llvm::sys::fs::create_directories(path);
  if (error)
    diagnostics.error({}, fmt::format("cannot make the directory {}: {}", quote(path), error.message()))
        .note("choose another one with --dump-ir");
  hasFailed = error || failed(writeBytes(file.str().str(), bytes, diagnostics));
}

namespace {

struct DumpAfterPass : PassInstrumentation {
  explicit DumpAfterPass(DumpDirectory &directory) : directory(directory) {}

  void runAfterPass(Pass *pass, Operation *op) override {
    auto module = dyn_cast<ModuleOp>(op);
    // Passes run over kernels one by one; their sum is seen at the end of the stage.
    if (!pass->getArgument().empty() && (module || cast<func::FuncOp>(op).isPublic()))
      directory.write(module ? module : op->getParentOfType<ModuleOp>(), pass->getArgument());
  }

  DumpDirectory &directory;
};

} // namespace

std::unique_ptr<PassInstrumentation> DumpDirectory::instrument() { return std::make_unique<DumpAfterPass>(*this); }

/// Gives every resource of `module` its bytes from the safetensors file beside the dump.
static LogicalResult attachWeights(ModuleOp module, const std::string &path, Diagnostics &diagnostics) {
  std::vector<DenseResourceElementsAttr> missing;
  for (DenseResourceElementsAttr resource : collectWeights(module))
    if (!resource.getRawHandle().getBlob())
      missing.push_back(resource);
  if (missing.empty())
    return success();
  llvm::SmallString<128> neighbour(llvm::sys::path::parent_path(path));
  llvm::sys::path::append(neighbour, kDumpWeightsFile);
  auto file = SafetensorsFile::open(neighbour.str().str(), diagnostics);
  if (failed(file))
    return failure();
  auto &manager = DenseResourceElementsHandle::getManagerInterface(module.getContext()).getBlobManager();
  for (DenseResourceElementsAttr resource : missing) {
    StringRef key = resource.getRawHandle().getKey();
    const TensorView *tensor = file->find(std::string_view(key.data(), key.size()));
    if (!tensor)
      return diagnostics
          .error(file->location(), fmt::format("expects the weights {}, which the dump names", quote(key.str())))
          .note("a dump and its weights.safetensors belong together: copy both");
    if (tensor->bytes.size() != static_cast<size_t>(mn::countBytes(resource.getType())))
      return diagnostics.error(file->location(),
                               fmt::format("the weights {} have {} bytes, but the dump expects {}", quote(key.str()),
                                           tensor->bytes.size(), mn::countBytes(resource.getType())));
    ArrayRef<char> bytes(reinterpret_cast<const char *>(tensor->bytes.data()), tensor->bytes.size());
    manager.update(key, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
  }
  return success();
}

static constexpr llvm::StringLiteral kWhatDumpsAre = "--from-ir expects a file that --dump-ir or --stop-after wrote";

/// Says the first error of the parser in mncc's words and adds the way out; those after it only follow from it.
static LogicalResult explainParseError(mlir::Diagnostic &diagnostic, bool &isFirst) {
  if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
    return failure();
  if (!std::exchange(isFirst, false))
    return success();
  if (StringRef(diagnostic.str()).contains("unregistered dialect")) {
    for (DiagnosticArgument &argument : diagnostic.getArguments())
      argument = DiagnosticArgument(StringRef());
    diagnostic.getArguments().front() = DiagnosticArgument(StringRef("the operation is of no dialect that mncc uses"));
  }
  diagnostic.attachNote() << kWhatDumpsAre;
  return failure();
}

static OwningOpRef<ModuleOp> parseDump(MLIRContext &context, const std::string &path, const SourceLocation &file,
                                       Diagnostics &diagnostics) {
  auto text = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!text) {
    diagnostics.error(file, fmt::format("cannot read the file: {}", text.getError().message()))
        .note(kWhatDumpsAre.str());
    return nullptr;
  }
  bool isFirst = true;
  ScopedDiagnosticHandler handler(&context,
                                  [&](mlir::Diagnostic &diagnostic) { return explainParseError(diagnostic, isFirst); });
  return parseSourceFile<ModuleOp>(path, &context);
}

/// What emit reads off a module that no pass will look at again.
static bool isComplete(ModuleOp module) {
  return module->getAttrOfType<IntegerAttr>("mn.arena_bytes") &&
         module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction) &&
         module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) && module->getAttrOfType<ArrayAttr>("mn.inputs") &&
         module->getAttrOfType<ArrayAttr>("mn.outputs");
}

/// Passes that went over a module twice would find no layers in it and forget its arena.
static LogicalResult checkStage(ModuleOp module, const SourceLocation &file, Diagnostics &diagnostics) {
  if (!module->hasAttr(mn::kStageAttr))
    return diagnostics.error(file, "expects a module that says its stage in 'mn.stage'").note(kWhatDumpsAre.str());
  Stage stage = getStage(module);
  if (stage == Stage::Lower && !isComplete(module))
    return diagnostics
        .error(file, "expects a function 'network' and the attributes 'mn.target', 'mn.inputs', 'mn.outputs' and "
                     "'mn.arena_bytes' after the stage 'lower'")
        .note(kWhatDumpsAre.str());
  bool hasCalls = module.walk([](mn::CallOp) { return WalkResult::interrupt(); }).wasInterrupted();
  if (hasCalls && stage < Stage::Tile)
    return diagnostics
        .error(file,
               fmt::format("expects no 'mn.call' before the stage 'lower', but the module says that its stage is {}",
                           quote(getStageName(stage).str())))
        .note("lower-to-kernels makes the calls; the stage is then 'tile' or 'lower'");
  return success();
}

FailureOr<Model> readDump(MLIRContext &context, const std::string &path, Diagnostics &diagnostics) {
  SourceLocation file{std::make_shared<SourceFile>(SourceFile{path, ""}), 0};
  Model model;
  model.module = parseDump(context, path, file, diagnostics);
  if (!model.module)
    return failure();
  ModuleOp module = *model.module;
  if (failed(checkStage(module, file, diagnostics)) || failed(attachWeights(module, path, diagnostics)))
    return failure();
  if (auto name = module->getAttrOfType<StringAttr>("mn.name"))
    model.name = name.getValue().str();
  model.source = llvm::sys::path::filename(path).str();
  return model;
}

} // namespace mncc
