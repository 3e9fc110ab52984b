#!/usr/bin/env bash
# react 19.3.1: a store subscribed to by useSyncExternalStore is unsubscribed while its <Activity> is hidden, and subscribed anew when it is shown.
# Seen: one subscription, then an unsubscription on mode="hidden", then a second subscription on mode="visible": a store that stops its source after the last listener starts over.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error react@19.3.1 react-dom@19.3.1 happy-dom@21.0.4 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { Window } from "happy-dom";
const window = new Window();
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
const { Activity, act, createElement: h, useSyncExternalStore } = await import("react");
const { createRoot } = await import("react-dom/client");
const log = [];
const subscribe = () => (log.push("subscribe"), () => log.push("unsubscribe"));
const Shown = () => useSyncExternalStore(subscribe, () => "value");
const root = createRoot(document.body.appendChild(document.createElement("div")));
for (const mode of ["visible", "hidden", "visible"]) await act(() => root.render(h(Activity, { mode }, h(Shown))));
console.log(log.join(", "));
assert.deepEqual(log, ["subscribe", "unsubscribe", "subscribe"]);
process.exit(0);
JS
