# SPDX-License-Identifier: Apache-2.0
"""The records as bars, one picture a question: readable on light and on dark ground, without any library."""
import html
import math

from table import engine_title, network_title

BAR, GAP, GROUP, LEFT, WIDTH, RIGHT, TOP = 16, 3, 20, 132, 430, 150, 64
COLOURS = {"mncc": "#d9480f", "litert": "#4c78a8", "onnxruntime": "#6f9e5f", "openvino": "#9a78b5", "ncnn": "#c2a33a"}
STYLE = """<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 } .note { fill: #57606a } .group { font-weight: 600 }
  .grid { stroke: #8c959f; stroke-opacity: .35 } .one { stroke: #d9480f; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .note { fill: #9da7b3 } }
</style>"""
# Multiples at which the longest bars are cut, and say so.
MOST = 10


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{html.escape(words)}</text>'


def bar(y, record, ratio, most, label):
    length = min(ratio, most) / most * WIDTH
    shown = label + (" (cut)" if ratio > most else "")
    return [text(LEFT - 8, y + BAR - 4, engine_title(record), anchor="end"),
            f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2" fill="{COLOURS[record["engine"]]}"/>',
            text(LEFT + length + 6, y + BAR - 4, shown)]


def grid(height, most):
    lines = []
    for value in range(most + 1):
        x = LEFT + value / most * WIDTH
        lines.append(f'<line x1="{x:g}" y1="{TOP - 6}" x2="{x:g}" y2="{height - 14}" class="{"one" if value == 1 else "grid"}"/>')
        lines.append(text(x, TOP - 10, f"{value}", "note", "middle"))
    return lines


def draw(title, note, records, ratio_of, label_of):
    """A group of bars a network and number of threads; lengths are ratios to mncc."""
    parts, y, group = [], TOP, None
    most = min(MOST, math.ceil(max(map(ratio_of, records))))
    for record in records:
        this = network_title(record), record["threads"]
        if this != group:
            y += GROUP
            threads = f"{this[1]} thread" + ("s" if this[1] > 1 else "")
            parts.append(text(LEFT, y - 5, f"{this[0]}, {threads}", "group"))
            group = this
        parts += bar(y, record, ratio_of(record), most, label_of(record))
        y += BAR + GAP
    height = y + 20
    head = [text(LEFT, 20, title, "title"), text(LEFT, 38, note, "note")]
    size = f'width="{LEFT + WIDTH + RIGHT}" height="{height}" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}"'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">', f"<title>{html.escape(title)}</title>",
                      STYLE, *head, *grid(height, most), *parts, "</svg>", ""])


def pictures(records):
    """{name: SVG}; only records that have a ratio to mncc can be drawn."""
    times = [record for record in records if record["kind"] == "time" and record["ratio_to_mncc"]]
    starts = [record for record in records if record["kind"] == "start" and record["ratio_to_mncc"]]
    drawn = {}
    for threads in sorted({record["threads"] for record in times}):
        drawn[f"time-{threads}"] = draw(
            "Time of an inference", "as a multiple of mncc's; shorter is faster",
            [record for record in times if record["threads"] == threads], lambda record: record["ratio_to_mncc"],
            lambda record: f"{record['median_ms']:.2f} ms · {100 * record['share_of_peak']:.0f} % of peak")
    if starts:
        drawn["start"] = draw("Process start to first result", "as a multiple of mncc's; shorter is faster", starts,
                              lambda record: record["ratio_to_mncc"], lambda record: f"{record['median_ms']:.1f} ms")
        drawn["memory"] = draw("Resident memory that an engine adds", "as a multiple of mncc's; shorter is less", starts,
                               lambda record: record["memory_ratio_to_mncc"], lambda record: f"{record['memory_mib']:.1f} MiB")
    return drawn
