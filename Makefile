# The commands of this project. `make help` lists them.
SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:

CC      := cc
CFLAGS  := -O2 -static -Wall -Wextra -Werror
SAMPLE  ?= 25
RUNBOOK ?= node-loss
SECONDS_OF_SOAK ?= 600
ESTATE  ?= rpi-ha

# Two scratch folders: going from one kind of Swift runtime to the other rebuilds everything.
STATIC := .build/static
TESTS  := .build/tests
TOOLS  := .build/tools
SWIFT_PROGRAMS := recover recover-reach recover-lab
KEEPER := Sources/recover-keeper/keeper.c

.PHONY: help setup keeper build drill test sweep sweep-sample lab-fidelity lab-soak bare-cluster bench bench-quick format lint clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## what a Debian 12 machine with Swift still needs
	@packaging/setup $(SETUP)

build: setup keeper ## the programs, into bin/
	@for program in $(SWIFT_PROGRAMS); do \
	    swift build -c release --static-swift-stdlib --scratch-path $(STATIC) \
	        --product "$$program" || exit 1; \
	done
	@mkdir -p bin
	@for program in $(SWIFT_PROGRAMS); do \
	    install -s -m 755 "$(STATIC)/release/$$program" "bin/$$program" || exit 1; \
	done

drill: SETUP := --drill
drill: build ## practise the loss of a node, in the lab
	bin/recover drill node-loss

test: setup keeper ## every test; fails when none ran
	swift build --build-tests --scratch-path $(TESTS)
	@install -m 755 bin/recover-keeper $(TESTS)/debug/recover-keeper
	RECOVER_BIN="$(CURDIR)/$(TESTS)/debug" RECOVER_LAB_TOOLS="$(CURDIR)/$(TOOLS)/root" swift test --skip-build --disable-xctest \
	    --scratch-path $(TESTS) 2>&1 | tee $(TESTS)/test.log; \
	ended=$$?; .ci/check-tests $(TESTS)/test.log && exit $$ended

sweep: build ## kill the engine at every boundary of a drill, and resume
	bin/recover-lab sweep $(RUNBOOK)
	RECOVER_LAB_TOOLS=$(CURDIR)/$(TOOLS)/root bin/recover-lab sweep sweep-once --estate pair --library Tests/SweepTests/Fixtures/library

sweep-sample: build ## the same at SAMPLE boundaries
	bin/recover-lab sweep $(RUNBOOK) --sample $(SAMPLE)

lab-fidelity: setup bare-cluster ## every recorded kubectl command against the lab; prints the table
	/usr/bin/python3 -B Tests/Fidelity/fidelity.py $(TESTS)/debug/bare-cluster $(TOOLS)/root

lab-soak: build bare-cluster ## random kubectl traffic for SECONDS_OF_SOAK; memory must stay flat
	/usr/bin/python3 -B Tests/Fidelity/soak.py $(TESTS)/debug/bare-cluster $(TOOLS)/root \
	    --seconds $(SECONDS_OF_SOAK) --pods 5000 --estate $(ESTATE) --lab bin/recover-lab

bare-cluster:
	swift build --product bare-cluster --scratch-path $(TESTS)

bench: build ## measure beside a floor in C; writes docs/PERFORMANCE.md
	python3 bench/bench.py

bench-quick: build ## the same in a minute, for the screen only
	python3 bench/bench.py --quick --out $(TOOLS)/PERFORMANCE.md

format: ## swift format, in place
	swift format format --in-place --recursive Package.swift Sources Tests

# TidyTests decides about line length: a sentence in an error message cannot always be broken.
lint: ## swift format and bash, without changing anything
	bash -n packaging/setup .ci/run .ci/check-tests
	@swift format lint --recursive Package.swift Sources Tests 2>&1 | { ! grep -v '\[LineLength\]'; }

clean: ## remove what was built, and the tools setup unpacked
	rm -rf bin .build

keeper: bin/recover-keeper $(TOOLS)/recover-keeper-without-lock

bin/recover-keeper: $(KEEPER) Makefile | setup
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $(KEEPER)

# Shows that the tests of the attempt lock fail without one.
$(TOOLS)/recover-keeper-without-lock: $(KEEPER) Makefile | setup
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DKEEPER_WITHOUT_LOCK -o $@ $(KEEPER)
