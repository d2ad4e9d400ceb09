// SPDX-License-Identifier: Apache-2.0
#include "compiler/ScheduleFile.h"

#include "compiler/import/JsonFields.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace mncc {

/// Of the form of the file; another one is refused.
static constexpr int64_t kVersion = 1;

/// Threads are planned for the tiles that a file gives, so it says nothing of them.
static bool isWritten(StringRef field) { return field != "parts" && field != "split"; }

static std::vector<std::string> listWords(size_t field) {
  std::vector<std::string> words;
  while (!mn::ScheduleAttr::getFieldWord(field, words.size()).empty())
    words.push_back(mn::ScheduleAttr::getFieldWord(field, words.size()).str());
  return words;
}

namespace {

/// Reads one file; each method is a part of it.
class ScheduleReader {
public:
  ScheduleReader(std::string cpu, Diagnostics &diagnostics) : cpu(std::move(cpu)), diagnostics(diagnostics) {}

  LogicalResult open(const std::string &path);
  FailureOr<DictionaryAttr> readLayers(MLIRContext *context);
  LogicalResult readMeasured(ScheduleFile &result);
  LogicalResult checkMeasured(const ScheduleFile &result, MLIRContext *context);

private:
  LogicalResult checkHead(JsonFields &fields);
  DictionaryAttr readLayer(const JsonMember &member, Builder &b);

  std::string cpu, settings;
  Diagnostics &diagnostics;
  JsonValue root;
  const JsonValue *layers = nullptr, *measured = nullptr;
};

} // namespace

LogicalResult ScheduleReader::open(const std::string &path) {
  auto file = readSourceFile(path, diagnostics, {"a schedule file", "docs/schedules.md"});
  if (failed(file))
    return failure();
  auto value = readJson(*file, diagnostics);
  if (failed(value))
    return failure();
  root = std::move(*value);
  JsonFields fields(root, "a schedule file", diagnostics);
  if (failed(checkHead(fields)))
    return failure();
  layers = fields.find("layers", Presence::Required);
  fields.readString("measured_with", settings);
  measured = fields.find("measured");
  if (failed(fields.finish()))
    return failure();
  for (const JsonValue *part : {layers, measured})
    if (part && !part->getIf<JsonValue::Object>())
      return diagnostics.error(
          part->location, fmt::format("expects an object with an entry for each layer, found {}", part->describe()));
  return success();
}

/// Version and row, first: nothing else makes sense in a file of another version.
LogicalResult ScheduleReader::checkHead(JsonFields &fields) {
  int64_t version = 0;
  std::string madeFor;
  bool isRead = fields.readInteger("mncc_schedule", version, {1, 1 << 20}, Presence::Required);
  isRead &= fields.readString("cpu", madeFor, Presence::Required);
  if (!isRead)
    return fields.find("layers"), fields.find("measured_with"), fields.find("measured"), fields.finish();
  auto refuse = [&](StringRef field, const std::string &message) -> LogicalResult {
    return diagnostics.error(fields.find(field)->location, message)
        .note(fmt::format("'mncc tune MODEL --mcpu={} -o FILE' makes a file for this one", cpu));
  };
  if (version != kVersion)
    return refuse("mncc_schedule",
                  fmt::format("this mncc reads schedule files of version {}, found {}", kVersion, version));
  if (madeFor != cpu)
    return refuse("cpu", fmt::format("the target row is {}, but the schedules are for {}", quote(cpu), quote(madeFor)));
  return success();
}

DictionaryAttr ScheduleReader::readLayer(const JsonMember &member, Builder &b) {
  JsonFields fields(member.value, fmt::format("the schedule of {}", quote(member.key)), diagnostics);
  const SourceLocation &place = member.keyLocation;
  NamedAttrList entry;
  entry.set("location", FileLineColLoc::get(b.getContext(), place.file->path, place.line(), place.column()));
  std::string shapes;
  if (fields.readString("shapes", shapes))
    entry.set("shapes", b.getStringAttr(shapes));
  for (auto [field, name] : llvm::enumerate(mn::ScheduleAttr::getFieldNames())) {
    if (!isWritten(name))
      continue;
    int64_t number = 0;
    size_t word = 0;
    std::vector<std::string> words = listWords(field);
    if (words.empty() && fields.readInteger(name, number, {0, 1 << 20}))
      entry.set(name, b.getI64IntegerAttr(number));
    if (!words.empty() && fields.readChoice(name, word, words))
      entry.set(name, b.getStringAttr(words[word]));
  }
  return failed(fields.finish()) ? DictionaryAttr() : entry.getDictionary(b.getContext());
}

FailureOr<DictionaryAttr> ScheduleReader::readLayers(MLIRContext *context) {
  Builder b(context);
  NamedAttrList entries;
  size_t errorsBefore = diagnostics.countErrors();
  for (const JsonMember &member : *layers->getIf<JsonValue::Object>()) {
    if (member.key.empty())
      return diagnostics.error(member.keyLocation, "expects the name of a layer, found an empty one");
    if (DictionaryAttr entry = readLayer(member, b))
      entries.set(member.key, entry);
  }
  if (diagnostics.countErrors() != errorsBefore)
    return failure();
  return entries.getDictionary(context);
}

LogicalResult ScheduleReader::readMeasured(ScheduleFile &result) {
  result.cpu = cpu;
  result.settings = settings;
  if (!measured)
    return success();
  result.measuredPlace = measured->location;
  for (const JsonMember &member : *measured->getIf<JsonValue::Object>()) {
    const auto *times = member.value.getIf<JsonValue::Object>();
    if (!times)
      return diagnostics.error(member.value.location, "expects an object of schedules and their times");
    for (const JsonMember &time : *times) {
      if (!time.value.getNumber())
        return diagnostics.error(time.value.location, fmt::format("expects a number, found {}", time.value.describe()));
      result.measured[member.key][time.key] = *time.value.getNumber();
    }
  }
  return success();
}

/// What a person wrote is not for `mncc tune` to replace: it knows the schedules that it has measured, and no others.
LogicalResult ScheduleReader::checkMeasured(const ScheduleFile &result, MLIRContext *context) {
  auto entries = readLayers(context);
  if (failed(entries))
    return failure();
  llvm::DenseSet<Attribute> known;
  for (const auto &[name, times] : result.measured)
    for (const auto &[text, share] : times)
      if (mn::ScheduleAttr schedule = parseSchedule(text, context))
        known.insert(makeScheduleEntry({"", "", schedule}));
  for (const JsonMember &member : *layers->getIf<JsonValue::Object>()) {
    NamedAttrList fields(entries->getAs<DictionaryAttr>(member.key));
    fields.erase("location");
    fields.erase("shapes");
    if (!known.contains(fields.getDictionary(context)))
      return diagnostics
          .error(member.keyLocation, fmt::format("'mncc tune' would lose the schedule of {}, which is not among those "
                                                 "that it has measured",
                                                 quote(member.key)))
          .note("choose another file with -o; --schedule compiles with this one");
  }
  return success();
}

FailureOr<DictionaryAttr> readScheduleFile(const std::string &path, ModuleOp module, Diagnostics &diagnostics) {
  auto target = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  ScheduleReader reader(target.getCpu().str(), diagnostics);
  if (failed(reader.open(path)))
    return failure();
  return reader.readLayers(module.getContext());
}

FailureOr<ScheduleFile> readMeasurements(const std::string &path, mn::TargetAttr target, Diagnostics &diagnostics) {
  ScheduleReader reader(target.getCpu().str(), diagnostics);
  ScheduleFile result;
  if (failed(reader.open(path)) || failed(reader.readMeasured(result)) ||
      failed(reader.checkMeasured(result, target.getContext())))
    return failure();
  return result;
}

/// `names[i]` and the word or number in field i, for each written field.
template <typename Visit> static void forEachField(mn::ScheduleAttr schedule, Visit visit) {
  auto names = mn::ScheduleAttr::getFieldNames();
  for (auto [field, value] : llvm::enumerate(schedule.getFieldValues()))
    if (isWritten(names[field]))
      visit(names[field], mn::ScheduleAttr::getFieldWord(field, value), value);
}

std::string printSchedule(mn::ScheduleAttr schedule) {
  std::string text;
  llvm::raw_string_ostream(text) << schedule;
  size_t begin = text.find('<'), end = text.rfind('>');
  return text.substr(begin + 1, end - begin - 1);
}

mn::ScheduleAttr parseSchedule(const std::string &text, MLIRContext *context) {
  ScopedDiagnosticHandler silence(context, [](mlir::Diagnostic &) { return success(); });
  return dyn_cast_or_null<mn::ScheduleAttr>(parseAttribute("#mn.schedule<" + text + ">", context));
}

DictionaryAttr makeScheduleEntry(const ScheduleFile::Layer &layer) {
  Builder b(layer.schedule.getContext());
  NamedAttrList entry;
  forEachField(layer.schedule, [&](StringRef name, StringRef word, int64_t value) {
    entry.set(name, word.empty() ? Attribute(b.getI64IntegerAttr(value)) : b.getStringAttr(word));
  });
  return entry.getDictionary(b.getContext());
}

std::string printScheduleFile(const ScheduleFile &file) {
  auto text = [](const std::string &value) {
    return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  std::string result =
      fmt::format("{{\n  \"mncc_schedule\": {},\n  \"cpu\": {},\n  \"layers\": {{", kVersion, text(file.cpu));
  const char *separator = "\n";
  for (const ScheduleFile::Layer &layer : file.layers) {
    result += fmt::format("{}    {}: {{\"shapes\": {}", separator, text(layer.name), text(layer.shapes));
    forEachField(layer.schedule, [&](StringRef name, StringRef word, int64_t value) {
      result += fmt::format(", \"{}\": {}", name.str(), word.empty() ? std::to_string(value) : text(word.str()));
    });
    result += "}";
    separator = ",\n";
  }
  result += "\n  }";
  if (!file.measured.empty())
    result += fmt::format(",\n  \"measured_with\": {}", text(file.settings));
  separator = ",\n  \"measured\": {\n";
  for (const auto &[name, times] : file.measured) {
    result += fmt::format("{}    {}: {{", separator, text(name));
    const char *inner = "\n";
    for (const auto &[schedule, time] : times) {
      result += fmt::format("{}      {}: {:.4f}", inner, text(schedule), time);
      inner = ",\n";
    }
    result += "}";
    separator = ",\n";
  }
  return result + (file.measured.empty() ? "\n}\n" : "\n  }\n}\n");
}

} // namespace mncc
