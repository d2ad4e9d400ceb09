// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/OutputFiles.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/ProgressBar.h"
#include "compiler/commands/ScheduleSearch.h"
#include "compiler/commands/Session.h"
#include "compiler/commands/TuneDecisions.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>

using namespace mlir;

namespace mncc {

using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Set by Ctrl-C: the trial at hand is the last. A second Ctrl-C ends the program.
static volatile std::sig_atomic_t isInterrupted = 0;

static void interrupt(int) {
  isInterrupted = 1;
  std::signal(SIGINT, SIG_DFL);
}

/// Tells how far the search is: a line a trial where stderr is a file.
static void showProgress(const ProgressBar &bar, ScheduleSearch &search, int trials, double seconds, double budget) {
  std::string state = fmt::format("{:.0f} of {:.0f} s, {} trial{}, {} of {} kernels improved", seconds, budget, trials,
                                  trials > 1 ? "s" : "", search.countImproved(), search.getClasses().size());
  bar.show(seconds / budget, state);
  if (!bar.isDrawn())
    fmt::print(stderr, "{}\n", state);
}

/// The directory of `path`, and its name there.
static std::pair<std::string, std::string> splitPath(StringRef path) {
  StringRef directory = llvm::sys::path::parent_path(path);
  return {directory.empty() ? "." : directory.str(), llvm::sys::path::filename(path).str()};
}

static LogicalResult save(const ScheduleSearch &search, const std::string &path, Diagnostics &diagnostics) {
  auto [directory, name] = splitPath(path);
  return writeFiles(directory, {{name, printScheduleFile(search.makeFile())}}, diagnostics);
}

/// Trials until the budget, the candidates or the user's patience end; the file is written after each. The budget began
/// at `start`, and has to last for the final measurements, too.
static LogicalResult searchWithin(double budget, Clock::time_point start, ScheduleSearch &search,
                                  const std::string &path, Diagnostics &diagnostics) {
  ProgressBar bar;
  double elapsed = secondsSince(start), longest = 0;
  for (int trials = 1; !isInterrupted && (trials == 1 || isTimeForTrial(elapsed, longest, budget)); ++trials) {
    auto found = search.tryNext();
    if (failed(found))
      return failure();
    if (!*found)
      return success();
    double before = elapsed;
    elapsed = secondsSince(start);
    longest = std::max(longest, elapsed - before);
    showProgress(bar, search, trials, elapsed, budget);
    if (double needed = elapsed + reserveForFinal(longest, budget); trials == 1 && needed > budget)
      diagnostics.warning({},
                          fmt::format("one trial and the final measurements need up to {:.1f} s, more than --budget={}",
                                      needed, budget));
    if (failed(save(search, path, diagnostics)))
      return failure();
  }
  return success();
}

static void printTable(ScheduleSearch &search) {
  for (const ScheduleClass &group : search.getClasses()) {
    if (!group.isImproved())
      continue;
    auto [was, is] = search.getSeconds(group);
    print("{}, {} layer{}\n", group.key, group.numbers.size(), group.numbers.size() > 1 ? "s" : "");
    print("  was {:<80} {:>9.1f} us\n", printSchedule(group.chosen), was * 1e6);
    print("  is  {:<80} {:>9.1f} us  {:.3f}\n", printSchedule(group.best), is * 1e6, is / was);
  }
  auto [was, is] = search.getTotalSeconds();
  if (search.countImproved() == 0)
    return print("the whole network: {:.1f} us; no schedule is better than the cost model's choice\n", was * 1e6);
  print("the whole network: {:.1f} us by the cost model, {:.1f} us tuned, {:.3f}\n", was * 1e6, is * 1e6, is / was);
}

static void printJson(ScheduleSearch &search) {
  nlohmann::ordered_json json;
  json["cpu"] = search.getTarget().getCpu().str();
  json["classes"] = nlohmann::ordered_json::array();
  for (const ScheduleClass &group : search.getClasses()) {
    auto [was, is] = search.getSeconds(group);
    json["classes"].push_back({{"class", group.key},
                               {"layers", group.numbers.size()},
                               {"was", printSchedule(group.chosen)},
                               {"is", printSchedule(group.best)},
                               {"was_us", was * 1e6},
                               {"is_us", is * 1e6}});
  }
  auto [was, is] = search.getTotalSeconds();
  json["was_us"] = was * 1e6;
  json["is_us"] = is * 1e6;
  print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// Takes over what the file at `path` has measured, and refuses it where it has what would be lost.
static LogicalResult goOnFrom(const std::string &path, ScheduleSearch &search, Diagnostics &diagnostics) {
  auto known = readMeasurements(path, search.getTarget(), diagnostics);
  if (failed(known))
    return failure();
  if (!known->measured.empty() && !search.isMeasuredBy(*known))
    return diagnostics.error(known->measuredPlace, "this network has none of the kernels that were measured")
        .note("choose another file with -o");
  if (!search.resume(*known))
    diagnostics.warning({}, fmt::format("{} was measured with {}: the search starts anew", quote(path),
                                        known->settings.empty() ? "other settings" : known->settings));
  return success();
}

int runTune(const CommandLine &line) {
  auto start = Clock::now();
  auto budget = static_cast<double>(line.budgetSeconds);
  Session session;
  Diagnostics &diagnostics = session.getDiagnostics();
  auto model = session.loadModel(line);
  if (failed(model) || failed(session.checkOutput(line.output, {})))
    return 1;
  auto search = ScheduleSearch::create(line.options, *model, diagnostics);
  if (failed(search))
    return session.getFailureStatus();
  if (llvm::sys::fs::exists(line.output) && failed(goOnFrom(line.output, **search, diagnostics)))
    return 1;
  // A place that cannot be written is refused before anything is measured for it; what stands there stays until then.
  auto [directory, name] = splitPath(line.output);
  if (failed(checkWritable(directory, {name}, diagnostics)))
    return 1;
  std::signal(SIGINT, interrupt);
  if (failed(searchWithin(budget, start, **search, line.output, diagnostics)) ||
      failed((*search)->settle(getFinalSeconds(budget))) || failed(save(**search, line.output, diagnostics)))
    return session.getFailureStatus();
  line.json ? printJson(**search) : printTable(**search);
  return 0;
}

} // namespace mncc
