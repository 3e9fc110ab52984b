#!/usr/bin/env bash
# vitepress 1.6.4: a link to a page that does not exist fails the build, a link to a heading that does not exist passes.
# Seen: '[x](./other.md#nowhere)' builds, '[x](./nowhere.md)' is a dead link.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error vitepress@1.6.4 > /dev/null

mkdir site
echo '# Other' > site/other.md
echo '[x](./other.md#nowhere)' > site/index.md
npx vitepress build site > anchors.log 2>&1 && anchors=0 || anchors=$?
echo '[x](./nowhere.md)' > site/index.md
npx vitepress build site > pages.log 2>&1 && pages=0 || pages=$?
echo "dead anchor: exit $anchors; dead page: exit $pages"
[ "$anchors" = 0 ] && [ "$pages" != 0 ] && grep -q "dead link" pages.log
