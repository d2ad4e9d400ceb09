// SPDX-License-Identifier: Apache-2.0
// Reads the fields of a JSON object into plain variables and reports everything that does not fit.
#ifndef MNCC_COMPILER_IMPORT_JSONFIELDS_H
#define MNCC_COMPILER_IMPORT_JSONFIELDS_H

#include "compiler/import/JsonReader.h"

#include <array>

namespace mncc {

/// Whether an object may leave a field out; the variable keeps its default then.
enum class Presence { Optional, Required };

/// Smallest and largest integer that a field takes.
struct IntegerRange {
  int64_t least, most;
};

/// The fields of one object. Each read…() takes a field's value if it is there and of the right type; what is wrong is
/// reported at the value. finish() reports the fields that nobody asked for and those that are missing.
///
///     JsonFields fields(value, "layer 'conv'", diagnostics);
///     fields.readInteger("filters", layer.filters, {1, 65536}, Presence::Required);
///     return fields.finish();
class JsonFields {
public:
  /// `value` must live as long as this; where it is no object that is reported as "WHAT expects an object, found …".
  JsonFields(const JsonValue &value, std::string what, Diagnostics &diagnostics);

  /// The value of field `name`, or null where it is left out. Makes the name known to finish().
  const JsonValue *find(std::string_view name, Presence presence = Presence::Optional);
  /// Reads an integer within `range`. Returns true where the field is there and right, as all of these do.
  bool readInteger(std::string_view name, int64_t &value, IntegerRange range, Presence presence = Presence::Optional);
  /// Reads a finite number.
  bool readNumber(std::string_view name, double &value, Presence presence = Presence::Optional);
  /// Reads true or false.
  bool readBoolean(std::string_view name, bool &value);
  /// Reads a string that is not empty and has no NUL.
  bool readString(std::string_view name, std::string &value, Presence presence = Presence::Optional);
  /// Reads `[height, width]`, or one integer for both.
  bool readPair(std::string_view name, std::array<int64_t, 2> &value, IntegerRange range,
                Presence presence = Presence::Optional);
  /// Reads an array of `counts` integers.
  bool readIntegers(std::string_view name, std::vector<int64_t> &value, IntegerRange counts, IntegerRange range,
                    Presence presence = Presence::Optional);
  /// Reads one of the strings in `choices` into its index.
  bool readChoice(std::string_view name, size_t &index, const std::vector<std::string> &choices,
                  Presence presence = Presence::Optional);

  /// Reports unknown and missing fields. Fails where anything about this object was reported through it.
  llvm::LogicalResult finish();

private:
  const JsonValue &value;
  const JsonValue::Object *members;
  std::string what;
  Diagnostics &diagnostics;
  size_t errorsBefore;
  std::vector<std::string> known, missing;
};

/// Reports "'FIELD' expects EXPECTED, found …" at `value`, with a note on how the field is written.
Diagnostic &reportMismatch(const JsonValue &value, std::string_view field, std::string_view expected,
                           Diagnostics &diagnostics);

/// The integer in `value`, or a reported error of the form "'FIELD' expects an integer from 1 to 9, found …".
std::optional<int64_t> parseInteger(const JsonValue &value, std::string_view field, IntegerRange range,
                                    Diagnostics &diagnostics);

/// The integers in the array `value`, or a reported error; `counts` bounds its length.
std::optional<std::vector<int64_t>> parseIntegers(const JsonValue &value, std::string_view field, IntegerRange counts,
                                                  IntegerRange range, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_JSONFIELDS_H
