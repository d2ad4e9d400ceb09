// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/LoopRegisters.h"

#include "llvm/ADT/STLExtras.h"

using namespace mncc;

namespace {

/// From a load to the last use of what it brings, in steps; it may end in the next turn.
struct Span {
  unsigned load, from, to;
};

/// Gives each span a slot that no other one has at the same time, by trying.
class SlotChoice {
public:
  SlotChoice(llvm::ArrayRef<Span> spans, unsigned turn, unsigned slots)
      : spans(spans), turn(turn), slots(slots), chosen(spans.size()) {}

  bool run() { return choose(0); }
  unsigned getSlot(size_t span) const { return chosen[span]; }

private:
  /// Enough where the loads of a turn look alike.
  static constexpr unsigned kMostTries = 20000;

  bool overlap(const Span &a, const Span &b) const {
    auto meet = [](unsigned from, unsigned to, const Span &other) { return from <= other.to && other.from <= to; };
    return meet(a.from, a.to, b) || meet(a.from + turn, a.to + turn, b) || meet(b.from + turn, b.to + turn, a);
  }

  bool choose(size_t index) {
    if (index == spans.size())
      return true;
    for (unsigned slot = 0; slot < slots; ++slot) {
      if (++tries > kMostTries)
        return false;
      bool isFree = llvm::all_of(llvm::seq<size_t>(0, index), [&](size_t other) {
        return chosen[other] != slot || !overlap(spans[index], spans[other]);
      });
      chosen[index] = slot;
      if (isFree && choose(index + 1))
        return true;
    }
    return false;
  }

  llvm::ArrayRef<Span> spans;
  unsigned turn, slots, tries = 0;
  std::vector<unsigned> chosen;
};

} // namespace

/// The spans of the loads of `steps`, in the order of the loads.
static std::vector<Span> findSpans(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps) {
  std::vector<Span> spans(reduction.loads.size());
  std::vector<unsigned> lastUse(reduction.loads.size());
  for (auto [place, step] : llvm::enumerate(steps))
    if (!step.isLoad)
      for (unsigned load : reduction.fmas[step.index].loads)
        lastUse[load] = static_cast<unsigned>(place);
  auto turn = static_cast<unsigned>(steps.size());
  for (auto [place, step] : llvm::enumerate(steps))
    if (step.isLoad)
      spans[step.index] = {step.index, static_cast<unsigned>(place),
                           lastUse[step.index] + (step.isForNextTurn ? turn : 0)};
  return spans;
}

/// How many of `spans` meet at most.
static unsigned countMost(llvm::ArrayRef<Span> spans, unsigned turn) {
  std::vector<unsigned> alive(turn);
  for (const Span &span : spans)
    for (unsigned place = span.from; place <= span.to; ++place)
      ++alive[place % turn];
  return *llvm::max_element(alive);
}

/// The first register of each load of several in `steps`.
static std::optional<std::vector<unsigned>> choose(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps,
                                                   unsigned registers) {
  std::vector<Span> wide = findSpans(reduction, steps);
  auto alone = llvm::partition(wide, [&](const Span &span) { return reduction.loads[span.load] > 1; });
  auto turn = static_cast<unsigned>(steps.size());
  unsigned taken = reduction.sums + countMost(llvm::ArrayRef(wide).drop_front(alone - wide.begin()), turn);
  wide.erase(alone, wide.end());
  if (taken > registers)
    return std::nullopt;
  // Those of two turns come first: they leave the least choice.
  llvm::sort(wide, [&](const Span &a, const Span &b) {
    return std::pair(a.to < turn, a.from) < std::pair(b.to < turn, b.from);
  });
  unsigned width = *llvm::max_element(reduction.loads), slots = (registers - taken) / width;
  SlotChoice choice(wide, turn, slots);
  if (countMost(wide, turn) > slots || !choice.run())
    return std::nullopt;
  std::vector<unsigned> first(reduction.loads.size());
  for (auto [index, span] : llvm::enumerate(wide))
    first[span.load] = registers - width * (choice.getSlot(index) + 1);
  return first;
}

/// `steps` with the load at `from` closer to its use, as little as gives a choice.
static std::optional<RegisterChoice> chooseLater(const Reduction &reduction, std::vector<LoopStep> steps, size_t from,
                                                 unsigned registers) {
  for (; from + 1 < steps.size() && !usesLoad(reduction, steps[from + 1], steps[from]); ++from) {
    std::swap(steps[from], steps[from + 1]);
    if (auto first = choose(reduction, steps, registers))
      return RegisterChoice{std::move(steps), std::move(*first)};
  }
  return std::nullopt;
}

std::vector<RegisterChoice> mncc::chooseLoadRegisters(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps,
                                                      unsigned registers) {
  auto isWide = [&](const LoopStep &step) { return step.isLoad && reduction.loads[step.index] > 1; };
  if (llvm::none_of(steps, isWide))
    return {{steps, {}}};
  if (auto first = choose(reduction, steps, registers))
    return {{steps, std::move(*first)}};
  std::vector<RegisterChoice> choices;
  for (size_t from = 0; from < steps.size(); ++from)
    if (auto later = isWide(steps[from]) ? chooseLater(reduction, steps, from, registers) : std::nullopt)
      choices.push_back(std::move(*later));
  return choices;
}
