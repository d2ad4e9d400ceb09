// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/tflite/TfliteFile.h"

#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

bool mncc::isTflite(const SourceFile &file) {
  constexpr size_t kHead = 8;
  const std::string &text = file.text;
  // The first word is the offset of the root table; the letters of a text make one beyond its end.
  return text.size() >= kHead && std::string_view(text).substr(4, 4) == tflite::ModelIdentifier() &&
         llvm::support::endian::read32le(text.data()) < text.size();
}

/// `text` without what disturbs a terminal or a JSON file.
static std::string cleanName(std::string_view text) {
  std::string name(text);
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(name.data());
  bool isUtf8 = llvm::isLegalUTF8String(&begin, begin + name.size());
  for (char &c : name)
    if (auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !isUtf8))
      c = '_';
  return name;
}

std::string TfliteFile::makeName(const std::string &wanted) {
  std::string name = wanted;
  while (used.count(name))
    name = fmt::format("{}_{}", wanted, ++used[wanted]);
  used[name] = 0;
  return name;
}

SourceLocation TfliteFile::location(int32_t index) const {
  return {path, 0, fmt::format("tensor {}", quote(names[index]))};
}

ArrayRef<uint8_t> TfliteFile::bytes(int32_t index) const {
  auto *data = model->buffers()->Get(tensor(index).buffer())->data();
  return data ? ArrayRef<uint8_t>(data->data(), data->size()) : ArrayRef<uint8_t>();
}

tflite::BuiltinOperator TfliteFile::code(const tflite::Operator &op) const {
  const tflite::OperatorCode &code = *model->operator_codes()->Get(op.opcode_index());
  // Files from before 2020 have the old field only, newer ones both.
  return std::max(code.builtin_code(), static_cast<tflite::BuiltinOperator>(code.old_builtin_code()));
}

std::string TfliteFile::describeCode(const tflite::Operator &op) const {
  tflite::BuiltinOperator number = code(op);
  if (auto *custom = model->operator_codes()->Get(op.opcode_index())->custom_code();
      custom && number == tflite::BuiltinOperator_CUSTOM)
    return quote(custom->string_view());
  std::string name = tflite::EnumNameBuiltinOperator(number);
  if (name.empty())
    name = tflite::EnumNameUnreadOperator(static_cast<tflite::UnreadOperator>(number));
  return name.empty() ? fmt::format("number {}", static_cast<int>(number)) : name;
}

LogicalResult TfliteFile::checkModel(Diagnostics &diagnostics) const {
  constexpr unsigned kVersion = 3;
  if (model->version() != kVersion)
    return diagnostics.error(location(), fmt::format("expects version 3 of the format, found {}", model->version()))
        .note("convert the model with a TensorFlow of 2018 or later");
  size_t graphs = model->subgraphs() ? model->subgraphs()->size() : 0;
  if (graphs != 1)
    return diagnostics.error(location(), fmt::format("expects a model of one subgraph, found {}", graphs))
        .note("control flow (IF, WHILE) makes more of them; export the network alone");
  const tflite::SubGraph &graph = *model->subgraphs()->Get(0);
  if (!graph.tensors() || !graph.operators() || graph.operators()->size() == 0 || !model->buffers() ||
      !model->operator_codes())
    return diagnostics.error(location(), "expects tensors, operators and buffers, found a model without")
        .note("the file is empty or damaged; convert the model again");
  return success();
}

LogicalResult TfliteFile::checkTensors(Diagnostics &diagnostics) const {
  for (auto [index, tensor] : llvm::enumerate(*graph().tensors())) {
    auto report = [&, index = static_cast<int32_t>(index)](const std::string &message) -> Diagnostic & {
      return diagnostics.error(location(index), message);
    };
    if (tensor->buffer() >= model->buffers()->size())
      return report(fmt::format("expects a buffer below {}, found {}", model->buffers()->size(), tensor->buffer()))
          .note("the file is damaged; convert the model again");
    if (tensor->external_buffer() != 0 || model->buffers()->Get(tensor->buffer())->offset() > 1)
      return report("expects its values among the tables of the file, found them elsewhere")
          .note("export the model into one file of less than 2 GB");
    if (tensor->sparsity())
      return report("expects a dense tensor, found a sparse one").note("export the model without sparsity");
    if (tensor->is_variable())
      return report("expects a tensor without state, found a variable")
          .note("recurrent networks are not MobileNets; export the network without variables");
  }
  return success();
}

LogicalResult TfliteFile::checkOperators(Diagnostics &diagnostics) const {
  auto checkNumbers = [&](const flatbuffers::Vector<int32_t> *numbers, int32_t least) -> LogicalResult {
    for (size_t i = 0; numbers && i < numbers->size(); ++i) {
      int32_t number = numbers->Get(i), count = graph().tensors()->size();
      if (number < least || number >= count)
        return diagnostics.error(location(), fmt::format("expects tensors from 0 to {}, found {}", count - 1, number))
            .note("the file is damaged; convert the model again");
    }
    return success();
  };
  if (failed(checkNumbers(graph().inputs(), 0)) || failed(checkNumbers(graph().outputs(), 0)))
    return failure();
  for (const tflite::Operator *op : *graph().operators()) {
    if (op->opcode_index() >= model->operator_codes()->size())
      return diagnostics
          .error(location(), fmt::format("expects operator codes below {}, found {}", model->operator_codes()->size(),
                                         op->opcode_index()))
          .note("the file is damaged; convert the model again");
    // -1 is an input that is left out.
    if (failed(checkNumbers(op->inputs(), -1)) || failed(checkNumbers(op->outputs(), 0)))
      return failure();
  }
  return success();
}

FailureOr<TfliteFile> TfliteFile::open(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics) {
  TfliteFile result;
  result.path = std::make_shared<SourceFile>(SourceFile{file->path, ""});
  auto *data = reinterpret_cast<const uint8_t *>(file->text.data());
  flatbuffers::Verifier verifier(data, file->text.size());
  if (!isTflite(*file) || !tflite::VerifyModelBuffer(verifier))
    return diagnostics.error(result.location(), "expects a TFLite file (a flatbuffer 'TFL3'), found damaged tables")
        .note("the file is cut off or was changed; convert or copy the model again");
  result.contents = std::move(file);
  result.model = tflite::GetModel(data);
  if (failed(result.checkModel(diagnostics)))
    return failure();
  for (const tflite::Tensor *tensor : *result.graph().tensors()) {
    std::string name = tensor->name() ? cleanName(tensor->name()->string_view()) : "";
    result.names.push_back(result.makeName(name.empty() ? "tensor" : name));
  }
  if (failed(result.checkTensors(diagnostics)) || failed(result.checkOperators(diagnostics)))
    return failure();
  return result;
}
