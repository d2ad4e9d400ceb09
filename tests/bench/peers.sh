#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures mncc beside LiteRT, ONNX Runtime, OpenVINO and ncnn on the same networks; `peers.sh --help` lists the options.
# The peers come from PyPI into build/peers; MNCC_PEERS names another folder, for instance one that is ready. MNCC names
# the compiler, else build/release/bin/mncc.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export MNCC_PEERS="${MNCC_PEERS:-$root/build/peers}" MNCC="${MNCC:-$root/build/release/bin/mncc}" PYTHONDONTWRITEBYTECODE=1

for word in "$@"; do
  case "$word" in -h | --help) exec python3 "$here/peers/main.py" --help ;; esac
done
if [ ! -x "$MNCC" ]; then
  echo "peers.sh: expects the compiler at $MNCC: build it with 'cmake --workflow --preset release', or set MNCC" >&2
  exit 1
fi

python="$MNCC_PEERS/bin/python"
# pnnx would bring PyTorch along, which only its Python interface uses: its program is enough.
pnnx=pnnx==20261020
if ! { [ -x "$python" ] && "$python" "$here/peers/pinned.py" "$here/peers/requirements.txt" "$pnnx"; }; then
  echo "peers.sh: installing the peers into $MNCC_PEERS (about 2 GB)"
  mkdir -p "$MNCC_PEERS"
  if ! python3 -m venv "$MNCC_PEERS"; then
    echo "peers.sh: python3 makes no environment: on Debian install python3-venv" >&2
    exit 1
  fi
  "$python" -m pip install --quiet -r "$here/peers/requirements.txt"
  "$python" -m pip install --quiet --no-deps "$pnnx"
fi

# One of the peers calls home: nobody gets a network.
cage=()
if unshare -n true 2>/dev/null; then
  cage=(unshare -n)
elif unshare -rn true 2>/dev/null; then
  cage=(unshare -rn)
else
  echo "peers.sh: warning: unshare is not permitted here, so the engines run with the network" >&2
fi
exec "${cage[@]}" "$python" "$here/peers/main.py" "$@"
