# SPDX-License-Identifier: Apache-2.0
"""Which networks are measured, and where are their files?"""
import dataclasses
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


@dataclasses.dataclass(frozen=True)
class Network:
    name: str
    title: str
    family: str
    width: float
    side: int


NETWORKS = {network.name: network for network in (
    Network("v1_1.0_224", "V1 1.0/224", "MobileNet", 1.0, 224),
    Network("v1_0.5_160", "V1 0.5/160", "MobileNet", 0.5, 160),
    Network("v1_0.25_128", "V1 0.25/128", "MobileNet", 0.25, 128),
    Network("v2_1.0_224", "V2 1.0/224", "MobileNetV2", 1.0, 224),
    Network("v2_0.35_96", "V2 0.35/96", "MobileNetV2", 0.35, 96),
    Network("v3_small_1.0_224", "V3-small 1.0/224", "MobileNetV3Small", 1.0, 224),
)}
# What make_networks.py writes last: a network whose file is there is whole.
LAST_FILE = "result_int8.json"


def cache():
    """The folder of the networks, beside the peers' environment; they are made once."""
    return pathlib.Path(os.environ["MNCC_PEERS"]) / "models"


def prepare(names):
    """Makes the networks that are missing: the same weights for every engine."""
    missing = [name for name in names if not (cache() / name / LAST_FILE).exists()]
    if not missing:
        return
    print(f"making {', '.join(missing)} in {cache()}", flush=True)
    log = cache() / "make.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as output:
        done = subprocess.run([sys.executable, HERE / "make_networks.py", cache(), *missing], stdout=output, stderr=output)
    if done.returncode != 0:
        sys.exit(f"peers: making the networks failed: see {log}\n" + log.read_text()[-1500:])


def describe(folder, output):
    """Writes mncc's description of the network in `folder` to `output`, by models/import_keras.py; returns its path."""
    done = subprocess.run([sys.executable, ROOT / "models/import_keras.py", folder / "network.h5", "-o", output,
                           "--preprocessing=none"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"peers: importing {folder} failed: {done.stderr}")
    return output / "model.json"
