#!/usr/bin/env bash
# vitepress 1.6.4: a page that cannot be rendered does not fail the build. Text in double braces is an expression of Vue's; where it throws,
# the error is printed, the build ends with exit code 0, and the page is published without its content.
# Seen: a page with '{{ item.answer }}' gives 'TypeError: Cannot read properties of undefined', exit 0, and HTML without its heading.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error vitepress@1.6.4 > /dev/null

mkdir site
printf '# Places\n\nA text with {{ item.answer }} in it.\n' > site/index.md
printf '# Fine\n\nA text.\n' > site/fine.md
npx vitepress build site > build.log 2>&1 && code=0 || code=$?
broken=$(grep -c '<h1' site/.vitepress/dist/index.html || true)
fine=$(grep -c '<h1' site/.vitepress/dist/fine.html || true)
echo "exit $code; headings: $broken on the page with braces, $fine on the other"
grep -q "TypeError: Cannot read properties of undefined" build.log
[ "$code" = 0 ] && [ "$broken" = 0 ] && [ "$fine" = 1 ]
