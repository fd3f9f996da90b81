# Quinion: every task of the project. `make help` lists them.

export QUINION_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/quinion
export PKG_CONFIG_PATH := $(QUINION_CACHE)/pkgconfig:$(PKG_CONFIG_PATH)

JOBS ?= 2
# The engine that is not in a system folder is found by the path it was linked from.
SWIFT_FLAGS := --jobs $(JOBS) -Xlinker -rpath=$(QUINION_CACHE)/pdfium/lib
PLUGINS := .build/plugins
RELEASE := .build/release

.DEFAULT_GOAL := help
.PHONY: help setup build plugins demo test lint format generate images up down bench fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: Debian packages, engines, the demo's model
	@deploy/setup

plugins: setup ## build the plugins of the inference backends whose engines are installed
	@$(MAKE) --no-print-directory -C Services/Inference/Plugins OUTPUT=$(abspath $(PLUGINS))

build: setup plugins ## build every service in release
	swift build -c release $(SWIFT_FLAGS) --product quinion
	swift build -c release $(SWIFT_FLAGS) --product quinion-sandbox

demo: build ## run the main job on the samples, all services in one process
	$(RELEASE)/quinion demo

test: setup plugins ## build and run every test that a laptop can run
	deploy/generate --check
	swift format lint --strict --recursive --parallel Package.swift Services Shared Tests
	swift build --build-tests $(SWIFT_FLAGS)
	deploy/test $(SWIFT_FLAGS)

lint: ## check format and generated files
	deploy/generate --check
	swift format lint --strict --recursive --parallel Package.swift Services Shared Tests

format: ## format the Swift sources
	swift format --in-place --recursive --parallel Package.swift Services Shared Tests

generate: ## embed openapi.json files and templates into the sources
	deploy/generate

images: ## build the container images
	docker compose build

up: ## start the composed stack and wait until it is healthy
	docker compose up --detach --wait

down: ## stop the composed stack; volumes stay
	docker compose down

bench: setup plugins ## run the benchmarks side by side with their peers and print ratios
	@deploy/setup benchmarks
	deploy/bench

SECONDS ?= 60
fuzz: ## fuzz what inference and the feature store read from strangers, SECONDS each (SECONDS=600)
	QUINION_FUZZ=1 swift build $(SWIFT_FLAGS) --scratch-path .build/fuzz --product fuzz-inference
	QUINION_FUZZ=1 swift build $(SWIFT_FLAGS) --scratch-path .build/fuzz --product fuzz-feature-store
	for target in request configuration pbtxt; do \
	    mkdir -p .build/fuzz/corpus/$$target .build/fuzz/found && \
	    SWIFT_BACKTRACE=enable=no .build/fuzz/debug/fuzz-inference $$target -print_final_stats=1 -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
	        -artifact_prefix=.build/fuzz/found/$$target- .build/fuzz/corpus/$$target Tests/Fuzz/Seeds/$$target || exit 1; \
	done
	for target in request definitions yaml; do \
	    mkdir -p .build/fuzz/corpus/feature-store-$$target .build/fuzz/found && \
	    SWIFT_BACKTRACE=enable=no .build/fuzz/debug/fuzz-feature-store $$target -print_final_stats=1 -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
	        -artifact_prefix=.build/fuzz/found/feature-store-$$target- .build/fuzz/corpus/feature-store-$$target \
	        Tests/Fuzz/FeatureStore/Seeds/$$target || exit 1; \
	done

clean: ## remove what was built
	rm -rf .build
