// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/JsonFields.h"

#include "compiler/import/FieldHelp.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <fmt/format.h>

using namespace mncc;

Diagnostic &mncc::reportMismatch(const JsonValue &value, std::string_view field, std::string_view expected,
                                 Diagnostics &diagnostics) {
  Diagnostic &error =
      diagnostics.error(value.location, fmt::format("'{}' expects {}, found {}", field, expected, value.describe()));
  std::string_view help = getFieldHelp(field);
  return error.note(help.empty() ? fmt::format("{} explains every field", value.location.file->manual)
                                 : std::string(help));
}

std::optional<int64_t> mncc::parseInteger(const JsonValue &value, std::string_view field, IntegerRange range,
                                          Diagnostics &diagnostics) {
  std::optional<int64_t> integer = value.getInteger();
  if (integer && *integer >= range.least && *integer <= range.most)
    return integer;
  reportMismatch(value, field, fmt::format("an integer from {} to {}", range.least, range.most), diagnostics);
  return std::nullopt;
}

std::optional<std::vector<int64_t>> mncc::parseIntegers(const JsonValue &value, std::string_view field,
                                                        IntegerRange counts, IntegerRange range,
                                                        Diagnostics &diagnostics) {
  auto *array = value.getIf<JsonValue::Array>();
  std::string count = counts.least == counts.most ? fmt::format("{}", counts.least)
                                                  : fmt::format("{} to {}", counts.least, counts.most);
  std::string expected = fmt::format("an array of {} integers", count);
  if (!array || static_cast<int64_t>(array->size()) < counts.least ||
      static_cast<int64_t>(array->size()) > counts.most) {
    reportMismatch(value, field, expected, diagnostics);
    return std::nullopt;
  }
  std::vector<int64_t> integers;
  for (const JsonValue &item : *array) {
    std::optional<int64_t> integer = parseInteger(item, field, range, diagnostics);
    if (!integer)
      return std::nullopt;
    integers.push_back(*integer);
  }
  return integers;
}

JsonFields::JsonFields(const JsonValue &value, std::string what, Diagnostics &diagnostics)
    : value(value), members(value.getIf<JsonValue::Object>()), what(std::move(what)), diagnostics(diagnostics),
      errorsBefore(diagnostics.countErrors()) {
  if (!members)
    diagnostics.error(value.location, fmt::format("{} expects an object, found {}", this->what, value.describe()))
        .note("an object is written as {\"field\": value, …}");
}

const JsonValue *JsonFields::find(std::string_view name, Presence presence) {
  if (!llvm::is_contained(known, name))
    known.emplace_back(name);
  if (!members)
    return nullptr;
  for (const JsonMember &member : *members)
    if (member.key == name)
      return &member.value;
  if (presence == Presence::Required)
    missing.emplace_back(name);
  return nullptr;
}

bool JsonFields::readInteger(std::string_view name, int64_t &value, IntegerRange range, Presence presence) {
  const JsonValue *field = find(name, presence);
  std::optional<int64_t> integer = field ? parseInteger(*field, name, range, diagnostics) : std::nullopt;
  value = integer.value_or(value);
  return integer.has_value();
}

bool JsonFields::readNumber(std::string_view name, double &value, Presence presence) {
  const JsonValue *field = find(name, presence);
  if (!field)
    return false;
  std::optional<double> number = field->getNumber();
  if (!number)
    reportMismatch(*field, name, "a number", diagnostics);
  value = number.value_or(value);
  return number.has_value();
}

bool JsonFields::readBoolean(std::string_view name, bool &value) {
  const JsonValue *field = find(name);
  if (!field)
    return false;
  auto *boolean = field->getIf<bool>();
  if (!boolean)
    reportMismatch(*field, name, "true or false", diagnostics);
  value = boolean ? *boolean : value;
  return boolean;
}

bool JsonFields::readString(std::string_view name, std::string &value, Presence presence) {
  const JsonValue *field = find(name, presence);
  if (!field)
    return false;
  auto *text = field->getIf<std::string>();
  bool isRight = text && !text->empty() && text->find('\0') == std::string::npos;
  if (!isRight)
    reportMismatch(*field, name, text ? "a string of at least one character and without NUL" : "a string", diagnostics);
  else
    value = *text;
  return isRight;
}

bool JsonFields::readPair(std::string_view name, std::array<int64_t, 2> &value, IntegerRange range, Presence presence) {
  const JsonValue *field = find(name, presence);
  if (!field)
    return false;
  if (field->getInteger()) {
    std::optional<int64_t> both = parseInteger(*field, name, range, diagnostics);
    value = both ? std::array{*both, *both} : value;
    return both.has_value();
  }
  if (!field->getIf<JsonValue::Array>()) {
    reportMismatch(*field, name, "an integer, or an array of 2 integers", diagnostics);
    return false;
  }
  auto pair = parseIntegers(*field, name, {2, 2}, range, diagnostics);
  value = pair ? std::array{(*pair)[0], (*pair)[1]} : value;
  return pair.has_value();
}

bool JsonFields::readIntegers(std::string_view name, std::vector<int64_t> &value, IntegerRange counts,
                              IntegerRange range, Presence presence) {
  const JsonValue *field = find(name, presence);
  if (!field)
    return false;
  auto integers = parseIntegers(*field, name, counts, range, diagnostics);
  if (integers)
    value = std::move(*integers);
  return integers.has_value();
}

bool JsonFields::readChoice(std::string_view name, size_t &index, const std::vector<std::string> &choices,
                            Presence presence) {
  const JsonValue *field = find(name, presence);
  if (!field)
    return false;
  auto *text = field->getIf<std::string>();
  auto found = text ? llvm::find(choices, *text) : choices.end();
  if (found != choices.end()) {
    index = found - choices.begin();
    return true;
  }
  Diagnostic &error =
      reportMismatch(*field, name, fmt::format("one of \"{}\"", fmt::join(choices, "\", \"")), diagnostics);
  if (text)
    suggestNearest(error, *text, choices);
  return false;
}

llvm::LogicalResult JsonFields::finish() {
  bool isComplete = true;
  for (size_t i = 0; members && i < members->size(); ++i) {
    const JsonMember &member = (*members)[i];
    if (llvm::is_contained(known, member.key))
      continue;
    isComplete = false;
    Diagnostic &error =
        diagnostics.error(member.keyLocation, fmt::format("{} has an unknown field {}", what, quote(member.key)));
    suggestNearest(error, member.key, known);
    error.note(fmt::format("known fields are {}", fmt::join(known, ", ")));
  }
  // A field under a wrong name is both unknown and missing; it is reported once.
  for (size_t i = 0; isComplete && i < missing.size(); ++i)
    diagnostics.error(value.location, fmt::format("{} needs the field '{}'", what, missing[i]))
        .note(fmt::format("add \"{}\": …; known fields are {}", missing[i], fmt::join(known, ", ")));
  return llvm::success(diagnostics.countErrors() == errorsBefore);
}
