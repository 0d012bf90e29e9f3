# Two commands do everything: `make demo` shows the pipeline, `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check format lint build unit contract contract-docs package bench bench-lake bench-dynamodb bench-lambda bench-mapping bench-s3 bench-sqs fuzz-lake conformance contract-twice crash model clean system-packages venv

VENV := .venv
DEMO_ARGUMENTS ?=
# As the package is built: Swift's libraries inside the binary.
RELEASE := swift build -c release --static-swift-stdlib --scratch-path .build/package -q --product

help: ## This list
	@echo "Rivulet: a Twitch lake on AWS Lambda, and a pocket AWS to run it in."
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: system-packages ## The whole pipeline on this machine, offline; DEMO_ARGUMENTS="--json" and others reach it
	@echo "» building (the first time takes a few minutes)"
	@swift build --product bootstrap -q
	@swift build --product rivulet-local -q
	@.build/debug/rivulet-local demo $(DEMO_ARGUMENTS)

test: check contract ## Every test: format, build without warnings, unit, end-to-end, contract

check: lint build unit ## Format lint, build, Swift tests

# In pieces: swift-format holds all files open, and the usual limit is 1024.
SWIFT_FILES := find Package.swift Sources Tests -name '*.swift' -print0 | xargs -0 -n 250

lint: ## Complain about the format
	$(SWIFT_FILES) swift format lint --strict --parallel

format: ## Mend the format
	$(SWIFT_FILES) swift format --in-place --parallel

build: system-packages ## Debug build with warnings as errors
	swift build --build-tests

# All targets' tests share one process: unbounded, they would have over a thousand files open at once, and the usual limit is
# 1024. The end-to-end tests run whole programs and want the machine for themselves.
unit: build ## Swift tests, end-to-end included
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8 scripts/swift-test --skip EndToEndTests
	scripts/swift-test --filter EndToEndTests

contract: build venv venv-checkov ## Real clients against the emulator: boto3, the aws command, AWS's own runtime clients
	scripts/contract-test $(VENV)/bin/python Tests/ContractTests

contract-docs: system-packages ## docs/data-dictionary.md, docs/sql and the Glue tables, made anew from the lake's contract
	swift run rivulet-local lake contract --write .

contract-twice: build venv ## The queues' contract tests twice on one server, then twice in parallel; WORKERS=4
	$(VENV)/bin/python Tests/ContractTests/twice.py $(if $(WORKERS),--workers $(WORKERS))

conformance: build venv ## docs/conformance.md, the rules of queues and mappings, made anew from a run of their tests
	RIVULET_CONFORMANCE=docs/conformance.md RIVULET_CONTRACT_LONG=1 $(VENV)/bin/python -m pytest -q \
		Tests/ContractTests/sqs Tests/ContractTests/control Tests/ContractTests/crash

# An optimized build, for the schedules take minutes in it and an hour in a debug build. A failing seed stays in
# .build/replays and comes first in every later run, until it passes.
model: system-packages ## Queues and mappings against their plain models; SCHEDULES=10000 random schedules of each
	RIVULET_SCHEDULES=$(or $(SCHEDULES),10000) SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8 \
		swift test -c release -Xswiftc -enable-testing --scratch-path .build/model --filter "plain model"

crash: system-packages venv ## A thousand kill -9 of the emulator under load; SUBJECT=tables|queues ROUNDS=1000 SEED=7
	$(RELEASE) rivulet-local
	RIVULET_BUILD=.build/package/release $(VENV)/bin/python Tests/ContractTests/crash/harness.py \
		$(if $(SUBJECT),--subject $(SUBJECT)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

# Without a libcurl of our own the package is linked to Amazon Linux's libraries instead, and says so.
package: system-packages ## dist/bootstrap.zip for Lambda (provided.al2023): one static executable
	swift build --product rivulet-deploy -q
	scripts/static-curl .build/static-curl || true
	.build/debug/rivulet-deploy package

.PHONY: deploy-local venv-checkov
deploy-local: build venv ## The whole stack by Terraform on the emulator, killed, applied, run, rolled back; needs TF_PLUGIN_DIR
	$(VENV)/bin/python -m pytest Tests/ContractTests/deploy -q -s -rs

bench: system-packages venv ## The emulator's start, the demo and the lake's jobs, measured here
	Benchmarks/run

bench-lake: system-packages venv ## The lake's jobs beside DuckDB and Polars; ROWS=300,10000000 BENCH="--repeat 1 --shape day"
	$(RELEASE) rivulet-local
	$(VENV)/bin/python Benchmarks/lake/bench.py --lake ".build/package/release/rivulet-local lake" $(if $(ROWS),--rows $(ROWS)) $(BENCH)

# AddressSanitizer watches every byte that the decoders touch; its build lies apart from the others.
fuzz-lake: system-packages ## Mutated Parquet files under AddressSanitizer; FUZZ_ROUNDS=1000 rounds of a hundred
	ASAN_OPTIONS=detect_leaks=0 LAKE_FUZZ_ROUNDS=$(or $(FUZZ_ROUNDS),1000) swift test --sanitize=address \
		--scratch-path .build/asan --filter "Mutated files|Damaged files"

bench-lambda: system-packages venv ## Invocations beside AWS's runtime interface emulator, cold starts, the runtime client
	$(RELEASE) rivulet-local
	$(RELEASE) contract-function
	$(RELEASE) bootstrap
	swift build -c release -Xswiftc -static-executable --scratch-path .build/static -q --product contract-function
	$(VENV)/bin/python Benchmarks/lambda/bench.py --build .build/package/release \
		--static .build/static/release/contract-function $(BENCH)

bench-sqs: system-packages ## SQS over HTTP; PEERS="moto=PATH/moto_server", ENDPOINT=URL, DEPTH=1000000, BENCH="--only-depth"
	$(RELEASE) rivulet-local
	python3 Benchmarks/sqs/bench.py --build .build/package/release $(if $(DEPTH),--depth $(DEPTH)) \
		$(if $(ENDPOINT),--endpoint $(ENDPOINT)) $(foreach peer,$(PEERS),--peer $(peer)) $(BENCH)

bench-mapping: system-packages venv ## From a send to its handler, messages a second through a function; BENCH="--runs 5"
	$(RELEASE) rivulet-local
	$(VENV)/bin/python Benchmarks/mapping/bench.py --build .build/package/release $(BENCH)

bench-dynamodb: system-packages ## DynamoDB over HTTP; PEERS="moto=PATH/moto_server", ENDPOINT=URL, DEPTH=1000000
	$(RELEASE) rivulet-local
	python3 Benchmarks/dynamodb/bench.py --build .build/package/release $(if $(DEPTH),--depth $(DEPTH)) \
		$(if $(ENDPOINT),--endpoint $(ENDPOINT)) $(foreach peer,$(PEERS),--peer $(peer))

bench-s3: system-packages ## S3 over HTTP; PEERS="moto=PATH/moto_server", ENDPOINT=URL, LARGE=5368709120
	$(RELEASE) rivulet-local
	python3 Benchmarks/s3/bench.py --build .build/package/release $(if $(LARGE),--large $(LARGE)) \
		$(if $(ENDPOINT),--endpoint $(ENDPOINT)) $(foreach peer,$(PEERS),--peer $(peer))

clean: ## Remove what was built, the virtual environment and the demo's state
	rm -rf .build $(VENV) .rivulet dist

system-packages:
	@scripts/system-packages

venv: $(VENV)/ready

$(VENV)/ready: Tests/ContractTests/requirements.txt scripts/contract-clients
	@scripts/contract-clients $(VENV)

venv-checkov: $(VENV)/checkov/ready

$(VENV)/checkov/ready: Tests/ContractTests/requirements-checkov.txt
	python3 -m venv $(VENV)/checkov
	$(VENV)/checkov/bin/pip install -q -r $<
	@touch $@
