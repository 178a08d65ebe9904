#!/usr/bin/env bash
# Fuzzes every target for the time given (default 20s): one target a core, and one
# more, since each begins with a build.
# No target found, or a target that fails: failure.
set -euo pipefail

export FUZZ_TIME=${1:-20s}
targets=$(git ls-files -co --exclude-standard '*_test.go' |
	xargs grep -HoE '^func Fuzz[A-Za-z0-9_]+' | sed 's/func //' | sort)
[ -n "$targets" ] || { echo "fuzz: no target found"; exit 1; }

fuzz_one() {
	local folder=./$(dirname "${1%%:*}") target=${1##*:} output attempt
	for attempt in 1 2; do
		# A short minimization: the default minute would be longer than the run.
		if output=$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZ_TIME" -fuzzminimizetime 10x -parallel 1 "$folder" 2>&1); then
			echo "fuzz: $target in $folder: $(grep -oE 'execs: [0-9]+' <<<"$output" | tail -n 1)"
			return 0
		fi
		# The engine's own deadline, not a finding: go.dev/issue/48591. Once more.
		grep -q 'context deadline exceeded' <<<"$output" && ! grep -q 'Failing input' <<<"$output" || break
	done
	echo "$output"
	echo "fuzz: $target in $folder FAILED"
	return 1
}
export -f fuzz_one

xargs -n 1 -P "$(($(nproc) + 1))" bash -c 'fuzz_one "$1"' _ <<<"$targets"
echo "fuzz: $(wc -l <<<"$targets") targets passed"
