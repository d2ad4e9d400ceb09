# SPDX-License-Identifier: Apache-2.0
"""--schedule: what a file says is done, the same on every run; it changes code and never bits; what it cannot mean is
refused at its place."""
import json
import subprocess

from harness import FASHION, MNCC, check, mncc, run_network, targets, temporary
import numpy as np

folder = temporary()
ROW = ["--target=x86_64-linux-gnu", "--mcpu=x86-64-v3"]
file = folder / "fashion.schedule.json"


def write(layers, cpu="x86-64-v3", version=1):
    file.write_text(json.dumps({"mncc_schedule": version, "cpu": cpu, "layers": layers}, indent=1))


def compile_object(*options):
    mncc(FASHION, *ROW, *options, "--emit=obj", "-o", folder / "out")
    return (folder / "out/mobilenet_fashion.o").read_bytes()


report = temporary()
mncc(FASHION, *ROW, "--emit=report", "-o", report)
row, = json.loads((report / "mobilenet_fashion.report.json").read_text())["rows"]
chosen, = [layer["schedule"] for layer in row["layers"] if layer["layer"] == "pw_2"]
del chosen["parts"], chosen["split"]
SHAPES = "pointwise_conv2d 16x16x16 -> 16x16x32, 1x1"

plain = compile_object()
write({"pw_2": {"shapes": SHAPES, **chosen}})
check(compile_object("--schedule", file) == plain, "a file that says what the cost model chooses gives its bytes")
write({})
check(compile_object("--schedule", file) == plain, "and so does one that says nothing")
write({"pw_2": {"pixels": 3}})
edited = compile_object("--schedule", file)
check(edited != plain and compile_object("--schedule", file) == edited, "another tile is other code, the same on every run")
mncc(FASHION, *ROW, "--schedule", file, "--stop-after=fuse", f"--dump-ir={folder / 'ir'}", "-o", folder / "out")
fused, = (folder / "ir").glob("*-fuse.mlir")
mncc("--from-ir", fused, "--emit=obj", "-o", folder / "resumed")
check((folder / "resumed/mobilenet_fashion.o").read_bytes() == edited, "a dump goes on without the flag")
if targets()["x86-64-v3"]["runs_here"]:
    image = {"input": np.random.default_rng(1).standard_normal((1, 32, 32, 1)).astype("<f4")}
    same = [run_network(FASHION, image, "--mcpu=x86-64-v3", *more) for more in ((), ("--schedule", file))]
    check(all((same[0][name] == same[1][name]).all() for name in same[0]), "the bits are those of the cost model's choice")
    mncc(FASHION, *ROW, "--schedule", file, "--threads=2", "--emit=obj", "-o", folder / "out")


def refuse(expected, *options, at=None, status=1):
    done = subprocess.run([MNCC, FASHION, *(options or ROW), "--schedule", file, "-o", folder / "none"], capture_output=True, text=True)
    place = f"{file}:{at}: error:" if at else ""
    check(done.returncode == status and expected in done.stderr and place in done.stderr and not (folder / "none").exists(),
          f"refused: {expected} {'' if done.returncode == status else done.stderr}")
    return done.stderr


write({"pw_2": {"pixels": 27}})
refuse("schedule expects a tile that is used", at="5:3")
write({"pw_22": {"pixels": 6}})
error = refuse("expects the name of a layer, found 'pw_22'", at="5:3")
check("did you mean 'pw_12'?" in error and "the layers are conv, dw_1" in error, "with the layers that there are")
write({"pw_2": {"pixel": 6}})
check("did you mean 'pixels'?" in refuse("pixel", at="6:4"), "an unknown field has its place, and a neighbour")
write({"pw_2": {"pixels": "six"}})
check("note: docs/schedules.md explains every field" in refuse("'pixels' expects an integer", at="6:14"), "with the page on schedules")
write({"pw_2": {"order": "sideways"}})
refuse("panel_outer", at="6:13")
write({"pw_2": {"parts": 2}})
refuse("parts", at="6:4")
write({"dw_2": {"channels": 16}})
refuse("schedule expects channels = 8 for this layer, found 16", at="5:3")
write({"pw_2": {"unroll": 129}})
refuse("schedule expects an unroll factor from 1 to 128, found 129", at="5:3")
write({"pw_2": {"shapes": SHAPES.replace("32", "48")}})
check("'mncc tune' makes a new file" in refuse("found one for \"pointwise_conv2d 16x16x16 -> 16x16x48, 1x1\"", at="5:3"), "with the way out")
write({}, cpu="znver4")
check("makes a file for this one" in refuse("the target row is 'x86-64-v3', but the schedules are for 'znver4'", at="3:9"), "with the way out")
write({}, version=2)
refuse("schedule files of version 1, found 2", at="2:19")
file.write_text('{"mncc_schedule": 1, "cpu": "x86-64-v3"}')
refuse("layers")
file.write_text("[1")
refuse(":1:")
write({})
refuse("expects one --mcpu with --schedule", "--mcpu=x86-64-v3,x86-64")
mncc("--from-ir", fused, "--stop-after=tile", f"--dump-ir={folder / 'tiled'}", "-o", folder / "out")
tile_dump, = (folder / "tiled").glob("*-tile.mlir")
done = subprocess.run([MNCC, "--from-ir", tile_dump, "--schedule", file, "-o", folder / "none"], capture_output=True, text=True)
check(done.returncode == 1 and "--schedule cannot change it" in done.stderr, "a dump of stage tile has its schedules")
