# SPDX-License-Identifier: Apache-2.0
"""The benchmark beside other engines, without running one: its table, pictures and records from samples that are written down
here, and how it answers to a wrong word."""
import contextlib
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree
from unittest import mock

from harness import SOURCE, check, run, temporary

PEERS = SOURCE / "tests/bench/peers"
sys.path.insert(0, str(PEERS))
import build
import main
import rounds
import svg
import table

# Two engines, three rounds of three inferences in milliseconds; in each round the peak in GF/s and the nanoseconds of a trip.
SAMPLES = {"mncc:fp32": [[1.0, 1.2, 1.1], [2.0, 2.2, 2.1], [1.0, 1.0, 1.0]],
           "litert:fp32": [[2.2, 2.2, 9.0], [2.1, 2.0, 2.2], [3.0, 3.0, 3.0]]}
ABLE = [[100.0, 90.0], [50.0, 500.0], [100.0, 95.0]]

records = rounds.summarise(SAMPLES, ABLE, 10_000_000, {"model": "v1_0.25_128", "threads": 2})
mncc, litert = records
check((mncc["median_ms"], mncc["min_ms"], mncc["ratio_to_mncc"]) == (1.1, 1.0, 1.0), "a row has its median and its minimum")
check(litert["ratio_to_mncc"] == 2.0, "the ratio is the median of the rounds' ratios (2, 1 and 3)")
check(abs(mncc["share_of_peak"] - 2e7 / 2.1e-3 / 5e10) < 1e-9, "the share is the median of the rounds' shares")
check(table.format_machine(records).endswith("2 threads: 100 GF/s; a cache line to another processor and back: 95 ns"),
      "it says what the machine could do")
check({"model", "precision", "threads", "engine", "median_ms", "min_ms", "ratio_to_mncc", "share_of_peak"} <= set(litert),
      "a record has the fields that are promised")

starts = [{"kind": "start", "model": "v1_0.25_128", "threads": 1, "precision": "fp32", "engine": engine, "median_ms": time,
           "min_ms": time, "ratio_to_mncc": time / 2, "memory_mib": 3 * time, "memory_ratio_to_mncc": time / 2, "rounds": 7}
          for engine, time in (("mncc", 2.0), ("ncnn", 14.5))]
text = table.format_tables(records + starts)
check("| V1 0.25/128 |       2 | LiteRT |     2.200 |  2.000 |         2.000 |" in text, "the table shows a row of times")
check("|            14.5 |" in text, "the table shows a row of starts")
alone = rounds.summarise({"litert:fp32": SAMPLES["litert:fp32"]}, ABLE, 1, {"model": "v1_0.25_128", "threads": 1})
check("–" in table.format_tables(alone), "without mncc there is no ratio")
integers = rounds.summarise({"mncc:int8": SAMPLES["mncc:fp32"]}, ABLE, 1, {"model": "v1_0.25_128", "threads": 1})
check(table.format_tables(integers).endswith("|         1.000 |             – |"), "integers have no share of the FMA peak")

folder = temporary()
(folder / "records.json").write_text(json.dumps(records + starts))
printed = run(sys.executable, PEERS / "main.py", "--from", folder / "records.json", "--svg", folder / "drawn",
              "--json", folder / "again.json")
check(printed.strip() == text and json.loads((folder / "again.json").read_text()) == records + starts,
      "--from prints what was measured before")
for name in ("time-2", "start", "memory"):
    words = "".join(xml.etree.ElementTree.parse(folder / f"drawn/{name}.svg").getroot().itertext())
    check("mncc" in words and "V1 0.25/128" in words, f"{name}.svg is XML and names what it shows")
OTHER_MACHINES = "\n## Zen 5\n"
before = (SOURCE / "docs/performance.md").read_text()
(folder / "page.md").write_text(before)
run(sys.executable, PEERS / "main.py", "--from", folder / "records.json", "--page", folder / "page.md")
page, *others = (folder / "page.md").read_text().partition(OTHER_MACHINES)
check(all(part in page for part in text.split("\n\n")) and page.count("| LiteRT") == 1 and "## How it is measured" in page,
      "--page brings the tables of docs/performance.md up to date, and leaves its words")
check(others == list(before.partition(OTHER_MACHINES)[1:]) and "| LiteRT" in others[1],
      "--page leaves what was measured on other machines")
check(list(svg.pictures(alone)) == [], "without ratios nothing is drawn")


def interrupt(*_):
    yield records
    raise KeyboardInterrupt


def interrupt_writing(path, text):
    path.write_bytes(text[:1].encode())
    raise KeyboardInterrupt


with (mock.patch.object(build, "build_machine"), mock.patch.object(main, "prepare"),
      mock.patch.object(main, "measure_network", interrupt), contextlib.suppress(KeyboardInterrupt)):
    main.measure_all(*main.parse_arguments([f"--json={folder / 'cut.json'}"]))
check(json.loads((folder / "cut.json").read_text()) == records, "a run that is interrupted has written what it measured")
arguments, _ = main.parse_arguments([f"--json={folder / 'cut.json'}"])
with mock.patch.object(pathlib.Path, "write_text", interrupt_writing), contextlib.suppress(KeyboardInterrupt):
    main.save(arguments, records + starts)
check(json.loads((folder / "cut.json").read_text()) == records, "one that is interrupted while it writes keeps what it had")

script = SOURCE / "tests/bench/peers.sh"
run("bash", "-n", script)
check("--engines" in run("bash", script, "--help"), "peers.sh --help lists its options")
for wrong, said in ((["--engines=tvm"], "unknown 'tvm'"), (["v1"], "'v1' is no option"), (["--rounds=0"], "at least 1"),
                    (["--threads=2", "--name=x"], "'--name=x' is no option")):
    done = subprocess.run([sys.executable, PEERS / "main.py", *wrong], capture_output=True, text=True)
    check(done.returncode == 2 and said in done.stderr, f"{' '.join(wrong)} is refused: {said}")
