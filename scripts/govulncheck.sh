#!/usr/bin/env bash
# Runs govulncheck (the command line given). When its database cannot be
# reached it says so and the run goes on; what it finds is a failure.
set -uo pipefail

output=$("$@" ./... 2>&1)
status=$?
if [ $status != 0 ] && grep -qE 'fetching vulnerabilities|vuln\.go\.dev' <<<"$output" && ! grep -q '^Vulnerability #' <<<"$output"; then
	echo "govulncheck: NOT CHECKED, its database cannot be reached:"
	tail -n 1 <<<"$output"
	exit 0
fi
echo "$output"
exit $status
