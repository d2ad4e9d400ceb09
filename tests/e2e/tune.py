# SPDX-License-Identifier: Apache-2.0
"""`mncc tune` writes a schedule file from a few measurements, goes on from it, and the file gives one object with the bits
of the cost model's. What is faster is a machine's business and not asked here."""
import json
import subprocess

from harness import MNCC, check, mncc, run_network, targets, temporary
from networks import write_network
from random_integers import Generator
import numpy as np

folder = temporary()
model, file = write_network("odd"), folder / "odd.schedule.json"
OPTIONS = ["--weights=random:5"]


def tune(*options):
    done = subprocess.run([MNCC, "tune", model, *OPTIONS, "-o", file, *options], capture_output=True, text=True)
    check(done.returncode == 0, f"tune {' '.join(options)} ends with status 0 {done.stderr if done.returncode else ''}")
    return done, json.loads(file.read_text())


def count(text):
    return sum(len(times) for times in text.get("measured", {}).values())


done, first = tune("--budget=2")
check("of 2 s, 1 trial," in done.stderr and "the whole network:" in done.stdout, "progress and a summary are shown")
check(first["mncc_schedule"] == 1 and count(first) > 0, f"{count(first)} schedules were measured")
done, second = tune("--budget=2", "--json")
shown = json.loads(done.stdout)
known = {(name, schedule) for name, times in second["measured"].items() for schedule in times}
check({(name, schedule) for name, times in first["measured"].items() for schedule in times} <= known and len(known) > count(first),
      f"a second run goes on: {len(known)} schedules")
check({entry["class"].split(":")[0] for entry in shown["classes"] if entry["was"] != entry["is"]} <= set(second["layers"]),
      "what --json shows as better is in the file")
kept = [entry for entry in shown["classes"] if entry["was"] == entry["is"]]
check(kept and all(entry["was_us"] == entry["is_us"] for entry in kept), f"{len(kept)} classes have the cost model's choice, and its time")
(folder / "plain.json").write_text(json.dumps({"name": "plain", "input": {"shape": [8]}, "layers": [{"name": "s", "op": "softmax"}]}))
said = mncc("tune", folder / "plain.json", *OPTIONS, "--budget=1", "-o", folder / "plain.schedule.json")
check("us; no schedule is better than the cost model's choice" in said, "where nothing is better, no gain is shown")
other = folder / "other.json"
other.write_text(file.read_text())
done = subprocess.run([MNCC, "tune", model, *OPTIONS, "--budget=1", "--threads=2", "-o", other], capture_output=True, text=True)
check(done.returncode == 0 and "was measured with fp32, weights f32, 1 thread: the search starts anew" in done.stderr
      and json.loads(other.read_text())["measured_with"] == "fp32, weights f32, 2 threads",
      f"what one thread took is not gone on from with two {done.stderr[-300:]}")
image = {"input": np.random.default_rng(1).standard_normal((1, 15, 13, 3)).astype("<f4")}
write = [run_network(model, image, *OPTIONS, *more) for more in ((), ("--schedule", file))]
check(all((write[0][name] == write[1][name]).all() for name in write[0]), "the bits are the cost model's")
objects = []
for number in range(2):
    mncc(model, *OPTIONS, "--schedule", file, "--emit=obj", "-o", folder / "out")
    objects.append((folder / "out/odd.o").read_bytes())
check(objects[0] == objects[1], "equal files give equal bytes")

file.write_text(json.dumps({**second, "cpu": "cortex-a53"}))
done = subprocess.run([MNCC, "tune", model, *OPTIONS, "-o", file], capture_output=True, text=True)
check(done.returncode == 1 and "but the schedules are for 'cortex-a53'" in done.stderr, "a file for another row is not gone on from")


def refuse(text, path, message, *options):
    file.write_text(text)
    done = subprocess.run([MNCC, "tune", path, *OPTIONS, "--budget=1", "-o", file, *options], capture_output=True, text=True)
    check(done.returncode == 1 and message in done.stderr and "trial," not in done.stderr and file.read_text() == text,
          f"refused, and the file stays: {message}")


layer = min(shown["classes"], key=lambda entry: entry["class"])["class"].split(":")[0]
hand = json.dumps({"mncc_schedule": 1, "cpu": second["cpu"], "layers": {layer: {"pixels": 3}}})
column = hand.index(f'"{layer}"') + 1
refuse(hand, model, f"{file}:1:{column}: error: 'mncc tune' would lose the schedule of '{layer}', which is not among those that it has")
refuse(json.dumps({**second, "layers": {layer: {"pixels": 3}}}), model, f"would lose the schedule of '{layer}'")
refuse(json.dumps(second), write_network("shapes"), "error: this network has none of the kernels that were measured")
foreign = [cpu for cpu, row in targets().items() if not row["runs_here"]][0]
done = subprocess.run([MNCC, "tune", model, *OPTIONS, f"--mcpu={foreign}", f"--target={targets()[foreign]['arch']}-linux-gnu",
                       "-o", folder / "x.json"], capture_output=True, text=True)
check(done.returncode == 1 and f"this machine cannot run code for --mcpu '{foreign}'" in done.stderr and not (folder / "x.json").exists(),
      f"{foreign} is refused: it does not run here")
done = subprocess.run([MNCC, "tune", model, *OPTIONS], capture_output=True, text=True)
check(done.returncode == 2 and "-o FILE is required" in done.stderr, "a tune without a file is a wrong command line")
done = subprocess.run([MNCC, "tune", model, *OPTIONS, "--budget=1", "-o", "/proc/x.json"], capture_output=True, text=True)
check(done.returncode == 1 and "/proc/x.json.partial: error: cannot write the file" in done.stderr and "trial," not in done.stderr,
      "a file that cannot be written is refused before the first trial")
done = subprocess.run([MNCC, "tune", model, *OPTIONS, "-o", model], capture_output=True, text=True)
check(done.returncode == 1 and "it is a file that this command reads" in done.stderr, "the model is not overwritten")
# Vectors of integers are the row's, and a softmax shares its name with the change of storage behind it.
integers, file_of_integers = Generator(2).write(), folder / "integers.schedule.json"
mncc("tune", integers, "--budget=1", "-o", file_of_integers)
mncc(integers, f"--schedule={file_of_integers}", "-o", folder / "integers")
