# `make check` before a change is offered; `make test` while working on it. Nothing here needs make: each
# target is one command that can be typed.
.PHONY: build test check docs bench fuzz clean

FUZZTIME ?= 30s

build:
	go build -o bin/plumb ./cmd/plumb

test:
	go test ./...

# Exactly what CI runs: format, vet, lint, tests, generated pages.
check:
	go run ./internal/check

# Pages made from the code: the policy reference and the table of resource types.
docs:
	go run ./internal/docgen

# CPU seconds and peak memory of whole runs, on inputs that internal/generate makes.
bench: build
	go run ./internal/bench -plumb bin/plumb

# Every fuzz target for FUZZTIME.
fuzz:
	@for file in $$(git grep -lE '^func Fuzz' -- '*_test.go'); do \
	  for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9]+).*/\1/p' $$file); do \
	    echo "$$file $$target"; go test ./$$(dirname $$file) -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) || exit 1; done; done

clean:
	rm -rf bin
