// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/LoopCycles.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mncc;

static unsigned countPointers(llvm::ArrayRef<unsigned> pointers) {
  return pointers.empty() ? 0 : *llvm::max_element(pointers) + 1;
}

namespace {

/// A core that starts two instructions a cycle, in their order.
class Core {
public:
  Core(const Reduction &reduction, llvm::ArrayRef<unsigned> pointers, const Pace &pace)
      : reduction(reduction), pointers(pointers), pace(pace), moved(countPointers(pointers)),
        fmaDone(reduction.fmas.size()), loadDone(reduction.loads.size()), nextDone(reduction.loads.size()),
        sumDone(reduction.fmas.size()) {}

  /// Runs a turn; returns the cycle in which its last instruction starts.
  int run(llvm::ArrayRef<LoopStep> steps);

private:
  static constexpr int kWidth = 2, kIntegerLatency = 3;

  /// Starts an instruction in the cycle `ready` or later; returns when its result is written.
  int start(int ready, int latency) {
    // Results are written in the order of the program.
    if (pace.batchesLoads)
      ready = std::max(ready, written - latency);
    if (ready > cycle || started == kWidth)
      cycle = std::max(ready, cycle + 1), started = 0;
    ++started;
    written = std::max(written, cycle + latency);
    return cycle + latency;
  }

  void load(const LoopStep &step) {
    auto registers = static_cast<int>(reduction.loads[step.index]);
    // LLVM's models of Cortex-A53 and -A55.
    int latency = registers - 1 + (pace.batchesLoads ? 4 : 3);
    int done = start(std::max(loadFree, moved[pointers[step.index]]), latency);
    loadFree = cycle + registers;
    (step.isForNextTurn ? nextDone : loadDone)[step.index] = done;
  }

  void multiply(unsigned index) {
    const Reduction::Fma &fma = reduction.fmas[index];
    int ready = fma.previous ? fmaDone[*fma.previous] : sumDone[index];
    for (unsigned load : fma.loads)
      ready = std::max(ready, loadDone[load]);
    // Where they do not start in pairs, one does a cycle.
    if (pace.issueGroup == 1)
      ready = std::max(ready, fmaFree);
    fmaDone[index] = start(ready, static_cast<int>(pace.fmaLatency));
    fmaFree = cycle + 1;
  }

  /// All pointers move on, and the turns that are left are counted.
  void move() {
    for (int &pointer : moved)
      pointer = start(0, kIntegerLatency);
    start(0, kIntegerLatency);
  }

  /// What the next turn finds.
  void endTurn(llvm::ArrayRef<LoopStep> steps);

  const Reduction &reduction;
  llvm::ArrayRef<unsigned> pointers;
  const Pace &pace;
  int cycle = 0, started = 0, written = 0, loadFree = 0, fmaFree = 0;
  /// When each pointer is there.
  std::vector<int> moved;
  /// When the results of this turn are there, of what it loaded for the next one, and what its first fma add to.
  std::vector<int> fmaDone, loadDone, nextDone, sumDone;
};

} // namespace

int Core::run(llvm::ArrayRef<LoopStep> steps) {
  for (const LoopStep &step : steps) {
    if (step.isArithmetic)
      move();
    else if (step.isLoad)
      load(step);
    else
      multiply(step.index);
  }
  endTurn(steps);
  return 2 * cycle + started;
}

void Core::endTurn(llvm::ArrayRef<LoopStep> steps) {
  for (const LoopStep &step : steps)
    if (step.isLoad && step.isForNextTurn)
      loadDone[step.index] = nextDone[step.index];
  std::vector<unsigned> first(reduction.fmas.size());
  for (auto [index, fma] : llvm::enumerate(reduction.fmas)) {
    first[index] = fma.previous ? first[*fma.previous] : static_cast<unsigned>(index);
    sumDone[first[index]] = fmaDone[index];
  }
}

double mncc::countCycles(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps, llvm::ArrayRef<unsigned> pointers,
                         const Pace &pace) {
  Core core(reduction, pointers, pace);
  // Instructions that start in pairs may repeat their places every second turn.
  int warm = 0;
  for (int turn = 0; turn < 2; ++turn)
    warm = core.run(steps);
  int end = 0;
  for (int turn = 0; turn < 2; ++turn)
    end = core.run(steps);
  return (end - warm) / 4.0;
}

namespace {

/// Looks for steps that take less and less.
class FasterTurn {
public:
  FasterTurn(const Reduction &reduction, llvm::ArrayRef<unsigned> pointers, llvm::ArrayRef<unsigned> registers,
             const Pace &pace)
      : reduction(reduction), pointers(pointers), registers(registers), pace(pace) {}

  /// Tries each place beside a load for the arithmetic of `steps`, also with the load in front of it moved there: what
  /// has waited for the fma before need not wait again.
  void tryPlaces(llvm::ArrayRef<LoopStep> steps);
  /// Tries each load of the best steps closer to its use.
  void tryLater();
  /// Tries each load whose registers are chosen ahead of where it stands, from when these are free.
  void tryEarlier();

  std::vector<LoopStep> best;

private:
  static constexpr size_t kShortTurn = 64;

  void consider(std::vector<LoopStep> steps, bool isPreferred) {
    if (double taken = countCycles(reduction, steps, pointers, pace);
        best.empty() || taken < cycles || (isPreferred && taken == cycles))
      best = std::move(steps), cycles = taken;
  }

  /// Of places that are as good, LLVM finds registers without copies at the last where loads stand side by side, and
  /// offsets within reach at the first where they do not.
  void considerLater(std::vector<LoopStep> steps) { consider(std::move(steps), pace.batchesLoads); }

  /// Long turns use every register, and LLVM may pay for a load of one that moves with copies; those of several have
  /// the registers that we choose.
  bool mayMove(const LoopStep &load) const { return best.size() <= kShortTurn || reduction.loads[load.index] > 1; }

  /// The place that the load at `from` can have at most.
  size_t findLatest(llvm::ArrayRef<LoopStep> steps, size_t from) const {
    size_t place = from;
    while (place + 1 < steps.size() && !usesLoad(reduction, steps[place + 1], steps[from]))
      ++place;
    return place;
  }

  /// The place that the load at `from` can have at least; its own where LLVM chooses its registers.
  size_t findEarliest(llvm::ArrayRef<LoopStep> steps, size_t from) const {
    size_t place = from;
    while (!registers.empty() && reduction.loads[steps[from].index] > 1 && place > 0 &&
           !usesRegister(steps[place - 1], registers[steps[from].index]))
      --place;
    return place;
  }

  bool usesRegister(const LoopStep &step, unsigned first) const {
    return !step.isLoad && !step.isArithmetic &&
           llvm::any_of(reduction.fmas[step.index].loads, [&](unsigned load) { return registers[load] == first; });
  }

  static std::vector<LoopStep> move(std::vector<LoopStep> steps, size_t from, size_t to) {
    if (from < to)
      std::rotate(steps.begin() + from, steps.begin() + from + 1, steps.begin() + to + 1);
    else
      std::rotate(steps.begin() + to, steps.begin() + from, steps.begin() + from + 1);
    return steps;
  }

  const Reduction &reduction;
  llvm::ArrayRef<unsigned> pointers, registers;
  const Pace &pace;
  double cycles = 0;
};

} // namespace

void FasterTurn::tryPlaces(llvm::ArrayRef<LoopStep> steps) {
  std::optional<size_t> before;
  for (size_t place = 0; place <= steps.size(); ++place) {
    bool isBesideLoad = (place > 0 && steps[place - 1].isLoad) || (place < steps.size() && steps[place].isLoad);
    if (isBesideLoad || place == steps.size()) {
      std::vector<LoopStep> placed = steps;
      placed.insert(placed.begin() + place, {.isArithmetic = true});
      considerLater(placed);
      if (before && *before + 1 < place && mayMove(placed[*before]) && findLatest(placed, *before) >= place - 1)
        considerLater(move(placed, *before, place - 1));
    }
    if (place < steps.size() && steps[place].isLoad)
      before = place;
  }
}

void FasterTurn::tryLater() {
  for (size_t from = best.size(); from-- > 0;) {
    std::vector<LoopStep> steps = best;
    bool isTried = steps[from].isLoad && mayMove(steps[from]);
    for (size_t latest = isTried ? findLatest(steps, from) : from, to = from + 1; to <= latest; ++to)
      considerLater(move(steps, from, to));
  }
}

void FasterTurn::tryEarlier() {
  for (size_t from = 0; from < best.size(); ++from) {
    std::vector<LoopStep> steps = best;
    for (size_t earliest = steps[from].isLoad ? findEarliest(steps, from) : from, to = from; to-- > earliest;)
      consider(move(steps, from, to), /*isPreferred=*/false);
  }
}

std::vector<LoopStep> mncc::placeArithmetic(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps,
                                            llvm::ArrayRef<unsigned> pointers, llvm::ArrayRef<unsigned> registers,
                                            const Pace &pace) {
  FasterTurn turn(reduction, pointers, registers, pace);
  turn.tryPlaces(steps);
  turn.tryLater();
  turn.tryEarlier();
  return turn.best;
}
