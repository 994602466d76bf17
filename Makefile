# What to type: `make check` before a change is offered, `make test` while working on it.
.PHONY: build test check fmt vet lint docs docs-check bench fuzz clean

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 30s

build:
	go build -o bin/plumb ./cmd/plumb

test:
	go test ./...

# Exactly what CI runs.
check: fmt vet lint test docs-check

fmt:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi

vet:
	go vet ./...

lint:
	go run $(STATICCHECK) ./...

# Pages made from the code: the policy reference and the resource type matrix.
docs:
	go run ./internal/docgen

docs-check: docs
	@git diff --exit-code --stat -- docs || { echo "generated pages are stale: run make docs and commit them"; exit 1; }

# CPU seconds and peak memory of whole runs, on inputs that internal/generate makes.
bench: build
	go run ./internal/bench -plumb bin/plumb

fuzz:
	@for t in $$(grep -rlE --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' $$t/*_test.go | cut -c6-); do \
	    echo "$$t $$f"; go test $$t -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) || exit 1; done; done

clean:
	rm -rf bin
