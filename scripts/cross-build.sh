#!/usr/bin/env bash
# Builds both commands for every supported system with CGO_ENABLED=0.
set -euo pipefail

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for target in linux/amd64 linux/arm64 windows/amd64 darwin/arm64 freebsd/amd64; do
	flags=()
	# Loading a C library at run time needs purego's own runtime/cgo there.
	case $target in freebsd/*) flags=(-gcflags=github.com/ebitengine/purego/internal/fakecgo=-std) ;; esac
	echo "build: $target"
	CGO_ENABLED=0 GOOS=${target%/*} GOARCH=${target#*/} go build -trimpath "${flags[@]}" -o "$out/" ./cmd/...
done
