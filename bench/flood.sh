#!/bin/bash
# A child that writes 10 GB: how long it takes under the engine's hands and
# under a plain C reader, and how much memory the engine's side ever has.
#
#   bench/flood.sh [BYTES] [ROUNDS]
#
# Goals: at most 10 % slower, at most 64 MiB. Build the tests first (make test
# does): the program measured is the one the tests use, a debug build.
set -euo pipefail
cd "$(dirname "$0")/.."
bytes=${1:-10000000000} rounds=${2:-3}
built=${RECOVER_BIN:-.build/tests/debug}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/floor" bench/flood.c
cc -O2 -static -o "$work/recover-keeper" Sources/recover-keeper/keeper.c

value() { awk -v name="$1" '$1 == name { print $2 }'; }
best() { sort -n | head -1; }
for ((round = 0; round < rounds; round++)); do
    "$work/floor" read "$bytes" | value milliseconds >>"$work/plain"
    "$built/flood" "$work/recover-keeper" "$work" "$work/floor" write "$bytes" >"$work/said"
    value milliseconds <"$work/said" >>"$work/engine"
    value peak <"$work/said" >>"$work/peak"
done
plain=$(best <"$work/plain") engine=$(best <"$work/engine") peak=$(sort -n "$work/peak" | tail -1)
echo "bytes                 $bytes, best of $rounds"
echo "plain C reader        $plain ms"
echo "under the engine      $engine ms"
awk -v p="$plain" -v e="$engine" 'BEGIN { printf "slower by             %.1f %% (goal: 10 %%)\n", (e / p - 1) * 100 }'
awk -v k="$peak" 'BEGIN { printf "peak memory           %.1f MiB (goal: 64 MiB)\n", k / 1024 }'
