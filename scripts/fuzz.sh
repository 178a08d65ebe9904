#!/usr/bin/env bash
# Fuzzes every target for the time given (default 20s). No target: failure.
set -euo pipefail

time=${1:-20s}
found=0
while IFS=: read -r file target; do
	found=$((found + 1))
	echo "fuzz: $target in $(dirname "$file")"
	go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "./$(dirname "$file")"
done < <(git ls-files -co --exclude-standard '*_test.go' | xargs grep -HoE '^func Fuzz[A-Za-z0-9_]+' | sed 's/func //' | sort)
[ "$found" -gt 0 ] || { echo "fuzz: no target found"; exit 1; }
echo "fuzz: $found targets"
