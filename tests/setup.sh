#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing. usage: setup.sh build|test — `build` is what compiles and runs mncc and its examples, `test`
# adds what only the tests need. As root, else through sudo, else it names the packages and stops.
set -euo pipefail

build_packages=(ca-certificates git cmake ninja-build g++ clang-22 lld-22 libmlir-22-dev mlir-22-tools llvm-22-dev
  llvm-22-tools libfmt-dev nlohmann-json3-dev libflatbuffers-dev flatbuffers-compiler libcli11-dev libgtest-dev libbenchmark-dev libjpeg62-turbo-dev libpng-dev
  python3 python3-numpy qemu-user qemu-system-arm dataset-fashion-mnist)
test_packages=(g++-aarch64-linux-gnu python3-jsonschema python3-h5py python3-pil python3-torch clang-format-22)

packages=("${build_packages[@]}")
[ "${1:-build}" = test ] && packages+=("${test_packages[@]}")

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: these packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
free_kb=$(df -Pk / | awk 'NR == 2 { print $4 }')
if [ ${#missing[@]} -gt 5 ] && [ "$free_kb" -lt 5000000 ]; then
  echo "setup: expects 5 GB of free disk space for the packages, found $((free_kb / 1000000)) GB" >&2
  exit 1
fi
echo "setup: installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends -o DPkg::Lock::Timeout=300
  -o Acquire::Retries=3)
"${apt[@]}" update
case "$(apt-cache policy libmlir-22-dev)" in
*"Candidate: (none)"* | "")
  echo "setup: libmlir-22-dev has no candidate; LLVM 22 comes from Debian's suite bookworm-security: add it to apt's sources" >&2
  exit 1
  ;;
esac
"${apt[@]}" install "${missing[@]}"
