// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/LoopOrder.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <set>
#include <tuple>

using namespace mncc;

namespace {

/// Lists the fma of a turn, one after the other.
class FmaOrder {
public:
  FmaOrder(const Reduction &reduction, const Pace &pace, FmaChoice choice)
      : reduction(reduction), choice(choice), latency(pace.fmaLatency * pace.issueGroup), uses(reduction.loads.size()),
        isOpen(reduction.loads.size()), places(reduction.fmas.size()) {
    for (const Reduction::Fma &fma : reduction.fmas)
      for (unsigned load : fma.loads)
        ++uses[load];
  }

  std::vector<unsigned> run() {
    std::vector<unsigned> left(reduction.fmas.size());
    for (auto [index, fma] : llvm::enumerate(left))
      fma = static_cast<unsigned>(index);
    while (!left.empty()) {
      auto next = std::min_element(left.begin(), std::min(left.end(), left.begin() + kReach),
                                   [&](unsigned a, unsigned b) { return rank(a) < rank(b); });
      append(*next);
      left.erase(next);
    }
    return order;
  }

private:
  /// How far ahead of the program's order an fma may be taken.
  static constexpr ptrdiff_t kReach = 160;
  static constexpr unsigned kNever = ~0u;

  /// The smaller the sooner: how long it must wait, and for the fewest loads whether it needs one that none before it
  /// did, and how many fma still use its loads.
  std::tuple<unsigned, bool, unsigned, unsigned> rank(unsigned index) const {
    const Reduction::Fma &fma = reduction.fmas[index];
    unsigned wait = 0, place = static_cast<unsigned>(order.size()), least = kNever;
    if (fma.previous) {
      if (!places[*fma.previous])
        return {kNever, true, kNever, index};
      unsigned ready = *places[*fma.previous] + latency;
      wait = ready > place ? ready - place : 0;
    }
    if (choice == FmaChoice::First)
      return {wait, false, 0, index};
    for (unsigned load : fma.loads)
      least = std::min(least, uses[load]);
    return {wait, llvm::any_of(fma.loads, [&](unsigned load) { return !isOpen[load]; }), least, index};
  }

  void append(unsigned index) {
    places[index] = static_cast<unsigned>(order.size());
    order.push_back(index);
    for (unsigned load : reduction.fmas[index].loads) {
      isOpen[load] = true;
      --uses[load];
    }
  }

  const Reduction &reduction;
  FmaChoice choice;
  unsigned latency;
  std::vector<unsigned> uses;
  std::vector<bool> isOpen;
  std::vector<std::optional<unsigned>> places;
  std::vector<unsigned> order;
};

/// Finds a place for each load, counted in fma from the start of the turn; below 0 it is in the turn before.
class LoadPlaces {
public:
  LoadPlaces(const Reduction &reduction, const Pace &pace, llvm::ArrayRef<unsigned> order)
      : reduction(reduction), pace(pace), turn(static_cast<int>(order.size())), batch{1, pace.loadsAhead},
        spans(reduction.loads.size()) {
    for (auto [place, fma] : llvm::enumerate(order))
      for (unsigned load : reduction.fmas[fma].loads) {
        Span &span = spans[load];
        span.last = static_cast<int>(place);
        if (span.first < 0)
          span.first = span.last;
      }
    for (unsigned load = 0; load < spans.size(); ++load)
      byUse.push_back(load);
    // A load of several registers parts no batch of loads that the same fma waits for.
    auto getKey = [&](unsigned load) { return std::pair(spans[load].first, reduction.loads[load] == 1); };
    llvm::stable_sort(byUse, [&](unsigned a, unsigned b) { return getKey(a) < getKey(b); });
  }

  void run() {
    if (pace.batchesLoads && llvm::is_contained(reduction.loads, 1u))
      chooseBatch();
    spread();
    // Each try brings one load closer to its use by one fma.
    for (size_t tries = spans.size() * pace.loadsAhead; tries > 0 && relieve(); --tries) {
    }
  }

  /// The loads in the order of their use.
  llvm::ArrayRef<unsigned> getLoads() const { return byUse; }
  int getPlace(unsigned load) const { return spans[load].place; }

private:
  /// A load stands before the fma at `place`; those at `first` … `last` use it.
  struct Span {
    int place = 0, first = -1, last = 0;
  };

  /// The fewer places have loads the better, as long as there are registers for what they bring.
  void chooseBatch() {
    // Of loads side by side, the first is done when the last has started.
    const Batch alone{1, pace.loadsAhead / 2};
    Batch best = alone;
    size_t fewest = ~size_t(0);
    for (unsigned ahead : {0u, pace.loadsAhead / 4, pace.loadsAhead / 2})
      for (unsigned size = 1; size + reduction.sums < pace.registers; ++size) {
        batch = {size, ahead};
        spread();
        std::set<int> used;
        for (const Span &span : spans)
          used.insert(span.place);
        if (*llvm::max_element(countAlive()) <= pace.registers && used.size() < fewest)
          best = batch, fewest = used.size();
      }
    batch = best;
  }

  /// Gives each load a place ahead of its use, which those of a batch share.
  void spread() {
    int next = 2 * turn;
    for (size_t end = byUse.size(), begin; end > 0; end = begin) {
      begin = end - 1;
      unsigned registers = reduction.loads[byUse[begin]];
      while (registers == 1 && begin > 0 && end - begin < batch.size && reduction.loads[byUse[begin - 1]] == 1)
        --begin;
      next = placeTogether(llvm::ArrayRef(byUse).slice(begin, end - begin), registers, next);
    }
  }

  /// `next` is where the loads after these stand.
  int placeTogether(llvm::ArrayRef<unsigned> loads, unsigned registers, int next) {
    int group = static_cast<int>(pace.issueGroup);
    // The load unit is busy for a cycle with each register.
    int apart = registers > 1 ? static_cast<int>(registers - 1) * group : group - 1;
    int ahead = static_cast<int>(registers == 1 ? batch.ahead : pace.loadsAhead);
    int place = std::min(spans[loads.front()].first - ahead, next - apart);
    if (next < 2 * turn)
      place -= ((place - next - 1) % group + group) % group;
    // A turn's value is not loaded before the last turn's was used: it would need a copy.
    for (unsigned load : loads)
      spans[load].place = std::max(place, spans[load].last + 1 - turn);
    return spans[loads.front()].place;
  }

  bool isWaiting(const Span &span, int place) const {
    return span.place < span.first &&
           ((span.place <= place && place < span.first) || (span.place <= place - turn && place - turn < span.first));
  }

  /// Registers in use before each fma.
  std::vector<unsigned> countAlive() const {
    std::vector<unsigned> alive(turn, reduction.sums);
    // Registers of one load are neighbours: a gap that a shorter one leaves is of no use.
    unsigned widest = *llvm::max_element(reduction.loads);
    for (auto [load, span] : llvm::enumerate(spans))
      for (int place = span.place; place <= span.last; ++place)
        alive[(place + turn) % turn] += reduction.loads[load] > 1 ? widest : 1;
    return alive;
  }

  /// Where more is alive than registers hold, moves the load that came earliest; false where nothing is to be done.
  bool relieve() {
    std::vector<unsigned> alive = countAlive();
    auto most = llvm::max_element(alive);
    if (*most <= pace.registers)
      return false;
    int place = static_cast<int>(most - alive.begin());
    Span *earliest = nullptr;
    for (Span &span : spans)
      if (isWaiting(span, place) && (!earliest || span.first - span.place > earliest->first - earliest->place))
        earliest = &span;
    if (earliest)
      ++earliest->place;
    return earliest;
  }

  const Reduction &reduction;
  const Pace &pace;
  int turn;
  /// How many loads of one register stand side by side, and how far ahead.
  struct Batch {
    unsigned size, ahead;
  } batch;
  std::vector<Span> spans;
  std::vector<unsigned> byUse;
};

} // namespace

bool mncc::usesLoad(const Reduction &reduction, const LoopStep &step, const LoopStep &load) {
  return !step.isLoad && !step.isArithmetic && !load.isForNextTurn &&
         llvm::is_contained(reduction.fmas[step.index].loads, load.index);
}

std::vector<LoopStep> mncc::orderTurn(const Reduction &reduction, const Pace &pace, FmaChoice choice) {
  std::vector<unsigned> order = FmaOrder(reduction, pace, choice).run();
  LoadPlaces places(reduction, pace, order);
  places.run();
  int turn = static_cast<int>(order.size());
  std::vector<std::vector<LoopStep>> before(turn);
  for (bool isForNextTurn : {false, true})
    for (unsigned load : places.getLoads())
      if (int place = places.getPlace(load); (place < 0) == isForNextTurn)
        before[isForNextTurn ? place + turn : place].push_back({true, load, isForNextTurn});
  std::vector<LoopStep> steps;
  for (auto [loads, fma] : llvm::zip(before, order)) {
    llvm::append_range(steps, loads);
    steps.push_back({false, fma, false});
  }
  return steps;
}
