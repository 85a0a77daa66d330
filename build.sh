#!/bin/bash
# Everything that is done with this repository, on a Debian or Ubuntu machine. ./build.sh help
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. build/common.sh

usage() {
  cat <<'TEXT'
./build.sh build                 compile everything; the module is then ready in place, the command is artifacts/opsrestart
./build.sh test [--quick] [--filter TEXT] [--keep]
                                 all tests: units, module, and the system tests in a throwaway systemd host
                                 --quick: only what needs no host; --filter: only tests with TEXT in their name; --keep: leave the host up
./build.sh demo                  boot a throwaway host, queue real tasks, restart a whole stack under load, show that none was lost
./build.sh bench                 the benchmarks, in a throwaway host; writes docs/benchmarks.md
./build.sh format                format the C# sources, as ./build.sh test wants them
./build.sh docs                  compile docs/en-US to the module's help
./build.sh package               the module and the command as archives in artifacts/
./build.sh clean                 remove all that was built
TEXT
}

verb=${1:-help}; shift || true
case $verb in
  build) ensure_built ;;
  test | demo | docs | package) . "build/$verb.sh"; "run_$verb" "$@" ;;
  format) . build/style.sh; run_format ;;
  bench) . bench/bench.sh; run_bench "$@" ;;
  clean) . build/clean.sh; run_clean ;;
  help | -h | --help) usage ;;
  *) usage >&2; exit 100 ;;
esac
