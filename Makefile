# make help lists the targets. Two do everything: demo and test.
SHELL      := /bin/bash
.SHELLFLAGS := -euo pipefail -c
GO         ?= go
BIN        := bin

# Tools of the tests, at fixed versions; none of them is a dependency of the module.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# ./... leaves testdata out, so the test PKI is named.
PACKAGES := ./... ./testdata/ca/...
FUZZTIME ?= 20s

.DEFAULT_GOAL := help
.PHONY: help build demo test deps check unit race fuzz fuzz-smoke cross bench interop generate clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

build: ## build jsign and jverify into bin/, without cgo
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/ ./cmd/...

demo: build ## sign and verify a PDF and a text file with the emulated card
	scripts/demo.sh $(BIN)

test: deps check unit race fuzz-smoke cross ## install what the tests need and run everything
	@echo "make test: all passed"

deps: ## install what the tests need from Debian's packages
	scripts/install-test-deps.sh

check: ## formatting, vet, staticcheck, known vulnerabilities
	@files=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	if [ -n "$$files" ]; then echo "gofmt: $$files"; exit 1; fi
	$(GO) mod verify
	$(GO) mod tidy -diff
	$(GO) vet $(PACKAGES)
	$(GO) run $(STATICCHECK) $(PACKAGES)
	scripts/govulncheck.sh $(GO) run $(GOVULNCHECK)

unit: ## the whole suite, with the PC/SC binding that cgo builds
	CGO_ENABLED=1 $(GO) test -timeout 10m $(PACKAGES)
	CGO_ENABLED=0 $(GO) test -timeout 10m ./cardio/... ./internal/keys/... ./cmd/...

# Packages that start goroutines, or whose values several may share; the others are below them.
RACE = ./cardio/... ./cmd/... ./internal/batch/... ./internal/bundle ./internal/durable ./internal/evidence ./internal/folder \
	./internal/inspect ./internal/keys/... ./internal/progress ./internal/term ./internal/tsp/... ./revocation/... ./sign ./trust ./verify

race: ## what runs concurrently, under the race detector
	CGO_ENABLED=1 $(GO) test -race -short -timeout 8m $(RACE)

fuzz: ## fuzz every target for FUZZTIME (default 20s) each
	scripts/fuzz.sh $(FUZZTIME)

fuzz-smoke:
	scripts/fuzz.sh 20s

cross: ## build for every system that is supported, without cgo
	scripts/cross-build.sh

bench: ## the benchmarks of docs/performance.md
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./sign/ ./cmd/... ./verify/

interop: ## compare with other implementations, from their registries
	$(GO) test -tags interop -run Interop -timeout 30m ./...

generate: ## make the test PKI again
	$(GO) generate ./testdata/ca

clean: ## remove what was built
	rm -rf $(BIN) dist
