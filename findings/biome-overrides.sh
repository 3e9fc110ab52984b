#!/usr/bin/env bash
# @biomejs/biome 2.6.8: when two overrides match a file, the options of a rule do not add up: the last override's options replace the first's whole.
# Seen: the first override forbids importing 'one', the second 'two'; importing both, only 'two' is refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @biomejs/biome@2.6.8 > /dev/null

cat > biome.json <<'JSON'
{ "linter": { "rules": { "preset": "none" } }, "overrides": [
  { "includes": ["**/*.js"], "linter": { "rules": { "style": { "noRestrictedImports": { "level": "error", "options": { "paths": { "one": "not one" } } } } } } },
  { "includes": ["**/*.js"], "linter": { "rules": { "style": { "noRestrictedImports": { "level": "error", "options": { "paths": { "two": "not two" } } } } } } } ] }
JSON
printf 'import "one";\nimport "two";\n' > a.js
output=$(npx biome lint a.js 2>&1) && code=0 || code=$?
echo "exit $code; mentions: $(grep -o 'not [a-z]*' <<< "$output" | sort -u | tr '\n' ' ')"
[ "$code" != 0 ] && grep -q "not two" <<< "$output" && ! grep -q "not one" <<< "$output"
