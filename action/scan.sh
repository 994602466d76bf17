#!/usr/bin/env bash
# Scans for the GitHub Action. Everything comes from the environment (see action.yml); the exit status of plumb is
# an output, so that reports are published before the job fails.
set -uo pipefail

mkdir -p "$OUT_DIR"

plumb="${IN_PLUMB:-}"
if [ -z "$plumb" ]; then
  plumb=$(command -v plumb || true)
fi
if [ -z "$plumb" ]; then
  GOBIN="$OUT_DIR" go install "github.com/plumbline-dev/plumbline/cmd/plumb@${IN_VERSION:-latest}" || exit 1
  plumb="$OUT_DIR/plumb"
fi

args=(--fail-on "${IN_FAIL_ON:-high}" --config-from "${IN_CONFIG_FROM:-base}")
[ "${IN_STRICT:-}" = true ] && args+=(--strict)
[ "${IN_DOWNLOAD_MODULES:-}" = true ] && args+=(--download-modules)
[ -n "${IN_COMMENT_KEY:-}" ] && args+=(--comment-key "$IN_COMMENT_KEY")
[ -n "${HEAD_SHA:-}" ] && args+=(--comment-head "$HEAD_SHA")

since="${IN_SINCE:-}"
if [ -z "$since" ] && [ -n "${BASE_SHA:-}" ]; then
  since="$BASE_SHA"
  git cat-file -e "$since^{commit}" 2>/dev/null || git fetch --no-tags --depth=1 origin "$since" || exit 1
fi
if [ -n "$since" ] && [ "$since" != none ]; then
  args+=("--since=$since")
fi

sources=()
while IFS= read -r line; do
  [ -n "$line" ] && sources+=("$line")
done <<<"${IN_SOURCES:-.}"

"$plumb" scan "${args[@]}" -f github -o "sarif=$OUT_DIR/plumb.sarif" -o "json=$OUT_DIR/plumb.json" -o "markdown=$OUT_DIR/plumb.md" -- "${sources[@]}"
status=$?

{
  echo "status=$status"
  echo "plumb=$plumb"
  for pair in sarif=plumb.sarif json=plumb.json comment=plumb.md; do
    [ -s "$OUT_DIR/${pair#*=}" ] && echo "${pair%%=*}=$OUT_DIR/${pair#*=}"
  done
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit 0
