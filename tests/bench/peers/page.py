# SPDX-License-Identifier: Apache-2.0
"""Brings the first tables of a page, docs/performance.md, up to date; its words and the tables of other machines stay."""
import re
import sys

from table import format_machine, format_rows, rows_of_starts, rows_of_times


def replace_table(page, rows):
    """The first table whose head has the same words as that of `rows`, with `rows` in its place."""
    head, *_ = rows = list(rows)
    cells = r"\s*\|\s*".join(map(re.escape, head))
    table = re.compile(rf"^\|\s*{cells}\s*\|\n(\|.*\n)+", re.M)
    if not table.search(page):
        sys.exit(f"peers: the page has no table of {', '.join(head)}")
    return table.sub(lambda _: format_rows(rows) + "\n", page, count=1)


def replace_tables(page, records):
    times = [record for record in records if record["kind"] == "time"]
    starts = [record for record in records if record["kind"] == "start"]
    page = re.sub(r"^FMA peak with .*$", lambda _: format_machine(records).replace("\n", ". ") + ".", page, count=1, flags=re.M)
    return replace_table(replace_table(page, rows_of_times(times)), rows_of_starts(starts))
