#!/usr/bin/env bash
# Keeps one comment on the pull request: finds it by its marker and its author, updates it in place, and does not
# overwrite what a later run wrote. Without findings from the start there is no comment. Needs gh and jq.
set -euo pipefail

marker=$(head -n 1 "$COMMENT")
key=$(sed -n 's/^<!-- plumbline:comment:v1 key=\([^ ]*\) .*/\1/p' <<<"$marker")
run=$(sed -n 's/.* run=\([^ ]*\) .*/\1/p' <<<"$marker")
if [ -z "$key" ]; then
  echo "the comment has no marker" >&2
  exit 1
fi

# An app's token cannot ask who it is; it comments as github-actions[bot].
me=$(gh api user --jq .login 2>/dev/null || echo 'github-actions[bot]')

old=$(gh api --paginate "repos/$REPOSITORY/issues/$PULL_REQUEST/comments?per_page=100" |
  jq -c --arg me "$me" --arg head "<!-- plumbline:comment:v1 key=$key " \
    '.[] | select(.user.login == $me and (.body | startswith($head))) | {id, body}' | head -n 1)

if [ -z "$old" ]; then
  if jq -e '(.findings | length) == 0 and (.gaps | length) == 0 and ((.since.fixed // []) | length) == 0 and ((.since.new_waivers // []) | length) == 0' "$JSON" >/dev/null; then
    exit 0
  fi
  jq -Rs '{body: .}' "$COMMENT" | gh api "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" --input - >/dev/null
  exit 0
fi

was=$(jq -r '.body | split("\n")[0] | capture(" run=(?<run>[^ ]+) ").run' <<<"$old")
if [[ "$was" > "$run" ]]; then
  echo "a later run commented already ($was)"
  exit 0
fi
id=$(jq -r .id <<<"$old")
jq -Rs '{body: .}' "$COMMENT" | gh api --method PATCH "repos/$REPOSITORY/issues/comments/$id" --input - >/dev/null
