# SPDX-License-Identifier: Apache-2.0
"""The records as tables of text; they are Markdown too."""
from engines import TITLES
from networks import NETWORKS


def engine_title(record):
    return TITLES[record["engine"]] + ("" if record["precision"] == "fp32" else f" {record['precision']}")


def network_title(record):
    return NETWORKS[record["model"]].title


def number(value, form):
    return "–" if value is None else format(value, form)


def peak_share(record):
    """Of the FMA peak, which integers do not work at."""
    return "–" if record["precision"].startswith("int8") else f"{100 * record['share_of_peak']:.1f} %"


def rows_of_times(records):
    yield "network", "threads", "engine", "median ms", "min ms", "ratio to mncc", "share of peak"
    for record in records:
        yield (network_title(record), str(record["threads"]), engine_title(record), f"{record['median_ms']:.3f}",
               f"{record['min_ms']:.3f}", number(record["ratio_to_mncc"], ".3f"), peak_share(record))


def rows_of_starts(records):
    yield "network", "threads", "engine", "first result ms", "min ms", "ratio to mncc", "memory MiB", "ratio to mncc"
    for record in records:
        yield (network_title(record), str(record["threads"]), engine_title(record), f"{record['median_ms']:.1f}",
               f"{record['min_ms']:.1f}", number(record["ratio_to_mncc"], ".2f"), f"{record['memory_mib']:.1f}",
               number(record["memory_ratio_to_mncc"], ".2f"))


def format_machine(records):
    """What the machine could do while it was measured."""
    lines = []
    for threads in sorted({record["threads"] for record in records if record["kind"] == "time"}):
        those = [record for record in records if record["kind"] == "time" and record["threads"] == threads]
        line = f"FMA peak with {threads} thread{'s' * (threads > 1)}: {spread([record['peak_gflops'] for record in those])} GF/s"
        trips = [record["round_trip_ns"] for record in those if record.get("round_trip_ns")]
        lines.append(line + (f"; a cache line to another processor and back: {spread(trips)} ns" if trips else ""))
    return "\n".join(lines)


def spread(values):
    low, high = f"{min(values):.0f}", f"{max(values):.0f}"
    return low if low == high else f"{low} to {high}"


def format_rows(rows):
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    is_text = [index < 3 and index != 1 for index in range(len(widths))]

    def line(row):
        cells = [cell.ljust(width) if left else cell.rjust(width) for cell, width, left in zip(row, widths, is_text)]
        return "| " + " | ".join(cells) + " |"

    rule = "|" + "|".join(("-" * (width + 2)) if left else "-" * (width + 1) + ":" for width, left in zip(widths, is_text)) + "|"
    return "\n".join([line(rows[0]), rule, *map(line, rows[1:])])


def format_tables(records):
    kinds = {kind: [record for record in records if record["kind"] == kind] for kind in ("time", "start")}
    parts = []
    if kinds["time"]:
        parts.append(format_rows(rows_of_times(kinds["time"])))
    if kinds["start"]:
        parts.append(format_rows(rows_of_starts(kinds["start"])))
    return "\n\n".join(parts)
