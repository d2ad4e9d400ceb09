// SPDX-License-Identifier: Apache-2.0
// What all files share that add options to a command: the groups of its help, checks of words, and options of several
// commands. CLI11 reports through exceptions.
#ifndef MNCC_COMPILER_COMMANDS_COMMANDOPTIONS_H
#define MNCC_COMPILER_COMMANDS_COMMANDOPTIONS_H

#include "compiler/commands/CommandLine.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mncc {

inline constexpr const char *kInputOutput = "Input and output";
inline constexpr const char *kTarget = "Target";
inline constexpr const char *kSeeInside = "See inside";
inline constexpr const char *kRun = "Run";
inline constexpr const char *kQuantization = "Quantization";

/// Names, and what they stand for.
template <typename T> using Choices = std::map<std::string, T>;

/// Values of an enumeration by their names, as a `T` of the same numbers.
template <typename T, typename Value, size_t kCount> Choices<T> nameChoices(const Value (&values)[kCount]) {
  Choices<T> choices;
  for (Value value : values)
    choices[std::string(getName(value))] = static_cast<T>(value);
  return choices;
}

template <typename T> std::string listNames(const Choices<T> &choices) {
  std::string names;
  for (const auto &[name, value] : choices)
    names += (names.empty() ? "" : ", ") + name;
  return names;
}

/// Takes the name of one of `choices`, and puts its number in its place.
template <typename T> std::function<std::string(std::string)> choice(Choices<T> choices) {
  return [choices = std::move(choices)](const std::string &word) {
    auto found = choices.find(word);
    if (found == choices.end())
      throw CLI::ValidationError(fmt::format("expects one of {}, found '{}'", listNames(choices), word));
    return std::to_string(static_cast<int>(found->second));
  };
}

/// Takes a number that is no less than `least` and no more than `most`.
template <typename T> std::function<std::string(const std::string &)> between(T least, T most) {
  return [=](const std::string &word) {
    T number;
    if (CLI::detail::lexical_cast(word, number) && number >= least && number <= most)
      return std::string();
    std::string end = most == std::numeric_limits<T>::max() ? "" : fmt::format(" and at most {}", most);
    return fmt::format("expects a number of at least {}{}, found '{}'", least, end, word);
  };
}

/// Refuses a --crop that is no part of any picture.
inline void checkCrop(const CommandLine &line) {
  if (!line.crop)
    return;
  auto [x, y, width, height] = *line.crop;
  if (x < 0 || y < 0 || width < 1 || height < 1)
    throw CLI::ValidationError("--crop", fmt::format("expects x and y of at least 0, a width and a height of at least "
                                                     "1, found '{},{},{},{}'",
                                                     x, y, width, height));
}

/// --limit, which eval and quantize share.
inline void addLimit(CLI::App &app, CommandLine &line) {
  app.add_option("--limit", line.limit, "At most this many pictures of --images")
      ->check(between<int64_t>(1, INT64_MAX))
      ->type_name("N")
      ->group(kRun);
}

/// --skip-bad-images, which the two that calibrate share.
inline CLI::Option *addSkipBadImages(CLI::App &app, CommandLine &line) {
  return app.add_flag("--skip-bad-images", line.skipsBadImages, "Leave out bad pictures of --images")->group(kRun);
}

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_COMMANDOPTIONS_H
