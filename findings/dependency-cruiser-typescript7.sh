#!/usr/bin/env bash
# dependency-cruiser 18.7.2 beside TypeScript 7.0.2: it cruises no module of a TypeScript project, finds no violation, and exits with 0.
# Seen: a forbidden import from src/a.ts to src/b.ts is not reported ('0 modules'); with TypeScript 6.0.3 it is, with exit code 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error dependency-cruiser@18.7.2 typescript@7.0.2 > /dev/null

mkdir src
echo 'export const b = 1;' > src/b.ts
echo 'import { b } from "./b.ts"; export const a = b;' > src/a.ts
cat > rules.cjs <<'JS'
module.exports = { forbidden: [{ name: "no-b", severity: "error", from: { path: "a\\.ts$" }, to: { path: "b\\.ts$" } }], options: { tsPreCompilationDeps: true } };
JS
with7=$(npx depcruise --config rules.cjs src) && code7=0 || code7=$?
npm install --no-audit --no-fund --loglevel=error typescript@6.0.3 > /dev/null
with6=$(npx depcruise --config rules.cjs src) && code6=0 || code6=$?
echo "TypeScript 7: exit $code7: $with7"
echo "TypeScript 6: exit $code6: $with6"
[ "$code7" = 0 ] && grep -q "(0 modules" <<< "$with7"
[ "$code6" != 0 ] && grep -q "no-b" <<< "$with6"
