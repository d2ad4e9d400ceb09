# SPDX-License-Identifier: Apache-2.0
"""Threads: every kernel gives the same bits however it is cut into parts, and whoever runs them: nobody, so that the caller
does, or a pool of fewer, as many or more threads than parts; from the object and from the C++, on x86-64 and AArch64."""
import re
import subprocess

from harness import (DATA, FASHION, IS_LONG, MNCC, SOURCE, check, integer_rows, mncc, read_tensors, run_network, targets, temporary,
                     write_tensors)
from networks import NETWORKS, write_network
from programs import COMPILERS, EMULATOR, build_cpp, infer, link
import numpy as np

SCHEDULE = re.compile(r"(mn\.(\w+) .*?schedule *= *#mn\.schedule<[^>]*?order = \w+)(, parts = \d+)?(, split = \w+)?>")
HERE = [cpu for cpu in ("x86-64-v4", "x86-64-v3", "x86-64") if targets()[cpu]["runs_here"]]
WHOLE = SOURCE / "models/mobilenet_v1_0.25_128.json"


def write_images(folder, shape, count=1):
    images = np.random.default_rng(7).normal(0, 2, (count, *shape)).astype("<f4")
    write_tensors(folder / "in.safetensors", {"input": images})
    return images


def try_cut(folder, dump, expected):
    """Whether `dump` compiles; its bits are `expected` then, and else it says where its schedule is wrong."""
    (folder / "cut.mlir").write_text(dump)
    done = subprocess.run([MNCC, "run", "--from-ir", folder / "cut.mlir", "--input", folder / "in.safetensors",
                           "--output", folder / "out.safetensors"], capture_output=True, text=True)
    if done.returncode != 0:
        if done.returncode != 1 or not re.search(r":\d+:\d+: error: schedule expects", done.stderr):
            check(False, f"a refused cut says where it is wrong: {done.stderr}")
        return False
    if expected != {name: bits.tobytes() for name, bits in read_tensors(folder / "out.safetensors").items()}:
        check(False, f"the bits change with {SCHEDULE.search(dump).group(0)}")
    return True


def check_cuts(name, cpu):
    """Each layer of a network alone, cut in every way that its schedule allows."""
    folder, threads, counts = temporary(), 7, {True: 0, False: 0}
    model = write_network(name)
    write_images(folder, NETWORKS[name][0], 2)
    mncc("run", model, "--weights=random:5", f"--mcpu={cpu}", "--input", folder / "in.safetensors", "--output", folder / "out.safetensors")
    expected = {key: bits.tobytes() for key, bits in read_tensors(folder / "out.safetensors").items()}
    mncc(model, "--weights=random:5", f"--mcpu={cpu}", f"--threads={threads}", "--stop-after=tile", f"--dump-ir={folder}", "-o", folder / "out")
    text = next(folder.glob("*-tile.mlir")).read_text()
    operations = set()
    for layer in SCHEDULE.finditer(text):
        for parts in (2, 3, threads):
            for split in ("channels", "pixels"):
                cut = f"{layer.group(1)}, parts = {parts}, split = {split}>"
                is_cut = try_cut(folder, text[:layer.start()] + cut + text[layer.end():], expected)
                counts[is_cut] += 1
                operations |= {layer.group(2)} if is_cut else set()
    check(True, f"{name} on {cpu}: {counts[True]} cuts keep the bits, {counts[False]} are refused")
    return operations


def check_whole():
    folder = temporary()
    said = subprocess.run([MNCC, WHOLE, "--weights=random:1", "--threads=2", "-o", folder], capture_output=True, text=True)
    check(said.stderr.count("warning") == 1, "nothing but the weights is warned of")
    images = write_images(folder, (128, 128, 3), 3)
    outputs = {threads: run_network(WHOLE, {"input": images}, "--weights=random:5", f"--threads={threads}")["softmax"].tobytes()
               for threads in (1, 2, 3, 8, 64)}
    check(len(set(outputs.values())) == 1, f"a network has the same bits for {', '.join(map(str, outputs))} threads")


def check_programs(cpu, arch):
    images = np.random.default_rng(7).normal(0, 1, (5, 32, 32, 1)).astype("<f4")
    plain = temporary()
    mncc(FASHION, f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "-o", plain)
    expected = infer(link(plain, arch, next(plain.glob("*.o"))), arch, images)
    folder = temporary()
    mncc(FASHION, f"--target={arch}-linux-gnu", f"--mcpu={cpu}", "--threads=3", "--emit=obj,cpp,header", "-o", folder)
    check("#define MOBILENET_FASHION_THREADS 3" in next(folder.glob("*.h")).read_text(), "the header tells the number of threads")
    objects = {"object": next(folder.glob("*.o"))}
    for compiler in COMPILERS[arch]:
        objects[f"C++ by {compiler}"] = build_cpp(folder, arch, compiler)
    for what, code in objects.items():
        program = link(folder, arch, code)
        for threads in ("", "1", "2", "3", "5"):
            bits = infer(program, arch, images, *([threads] if threads else []))
            check(bits == expected, f"{what} for {cpu}: {'a pool of ' + threads if threads else 'the caller alone'} gives the bits of one thread")


def check_integers():
    """A quantised network, on each kind of row, cut for more and more threads."""
    folder = DATA / "models/mobilenet_v1_025_96_vww"
    images = (read_tensors(folder / "inputs_u8.safetensors")["input_u8_nhwc"][:2] ^ 128).view(np.int8)
    for cpu in integer_rows():
        outputs = [run_network(folder / "vww_96_int8.tflite", {"input": images}, f"--mcpu={cpu}", f"--threads={threads}")
                   for threads in (1, 2, 3, 7)]
        one = {name: tensor.tobytes() for name, tensor in outputs[0].items()}
        check(all({name: tensor.tobytes() for name, tensor in output.items()} == one for output in outputs),
              f"visual wake words on {cpu}: 2, 3 and 7 threads give the bytes of one")


operations = set()
for cpu in HERE:
    for name in NETWORKS if cpu == HERE[0] or IS_LONG else ["odd"]:
        operations |= check_cuts(name, cpu)
shared = {"conv2d", "depthwise_conv2d", "pointwise_conv2d", "fully_connected", "average_pool", "max_pool", "global_average_pool",
          "add", "mul", "relu", "hard_swish", "sigmoid"}
check(shared <= operations, f"{', '.join(sorted(operations))} can be cut (missing {sorted(shared - operations)})")
check_whole()
check_programs(HERE[0], "x86_64")
if DATA.is_dir():
    check_integers()
else:
    print("skipped: visual wake words need MNCC_TEST_DATA")
if EMULATOR:
    check_programs("cortex-a72", "aarch64")
else:
    print("skipped: the programs for AArch64 need qemu-aarch64")
