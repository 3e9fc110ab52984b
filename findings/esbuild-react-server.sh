#!/usr/bin/env bash
# esbuild 0.28.2 with --conditions=react-server and React 19.3.1: a bundle that imports useState builds without a word and fails only when it runs; Node refuses the import.
# Seen: esbuild exits with 0; 'node --conditions=react-server' says the module does not provide 'useState'.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error esbuild@0.28.2 react@19.3.1 > /dev/null

echo 'import { useState } from "react"; console.log(typeof useState);' > hook.mjs
npx esbuild hook.mjs --bundle --format=esm --conditions=react-server --outfile=built.mjs > esbuild.log 2>&1 && built=0 || built=$?
node --conditions=react-server hook.mjs > node.log 2>&1 && run=0 || run=$?
echo "esbuild: exit $built, bundle prints $(node built.mjs); node: exit $run: $(grep -m1 SyntaxError node.log)"
[ "$built" = 0 ] && [ "$run" != 0 ] && grep -q "useState" node.log && ! grep -qi warning esbuild.log
