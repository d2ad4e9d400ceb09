// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/InnermostLoops.h"

#include <algorithm>
#include <map>
#include <set>

using namespace mncc;

using Graph = std::vector<std::vector<size_t>>;

/// For each loop's header the places that jump back to it, found by a walk in
/// depth.
static std::map<size_t, std::vector<size_t>> findBackEdges(const Graph &successors) {
  enum class State { New, Open, Done };
  std::vector<State> states(successors.size(), State::New);
  std::map<size_t, std::vector<size_t>> edges;
  std::vector<std::pair<size_t, size_t>> path; // a place and how many of its successors were seen
  auto enter = [&](size_t place) {
    states[place] = State::Open;
    path.push_back({place, 0});
  };
  if (!successors.empty())
    enter(0);
  while (!path.empty()) {
    auto &[place, seen] = path.back();
    if (seen == successors[place].size()) {
      states[place] = State::Done;
      path.pop_back();
      continue;
    }
    size_t next = successors[place][seen++];
    if (states[next] == State::Open)
      edges[next].push_back(place);
    else if (states[next] == State::New)
      enter(next);
  }
  return edges;
}

/// The places before each place, of those that the flow reaches: bytes between blocks that only fill are in no loop.
static Graph findPredecessors(const Graph &successors) {
  Graph predecessors(successors.size());
  std::vector<bool> isReached(successors.size());
  std::vector<size_t> open(successors.empty() ? 0 : 1, 0);
  while (!open.empty()) {
    size_t place = open.back();
    open.pop_back();
    if (isReached[place])
      continue;
    isReached[place] = true;
    for (size_t next : successors[place]) {
      predecessors[next].push_back(place);
      open.push_back(next);
    }
  }
  return predecessors;
}

/// The places that reach one of `latches` without passing `header`.
static std::set<size_t> collectBody(const Graph &predecessors, size_t header, std::vector<size_t> latches) {
  std::set<size_t> body = {header};
  while (!latches.empty()) {
    size_t place = latches.back();
    latches.pop_back();
    if (body.insert(place).second)
      latches.insert(latches.end(), predecessors[place].begin(), predecessors[place].end());
  }
  return body;
}

std::vector<InnermostLoop> mncc::findInnermostLoops(const Graph &successors) {
  Graph predecessors = findPredecessors(successors);
  std::map<size_t, std::vector<size_t>> edges = findBackEdges(successors);
  std::vector<InnermostLoop> loops;
  for (const auto &[header, latches] : edges) {
    std::set<size_t> body = collectBody(predecessors, header, latches);
    bool isInnermost = std::none_of(edges.begin(), edges.end(), [&, own = header](const auto &other) {
      return other.first != own && body.count(other.first) != 0;
    });
    if (isInnermost)
      loops.push_back({header, {body.begin(), body.end()}});
  }
  return loops;
}
