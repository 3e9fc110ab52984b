#!/usr/bin/env bash
# @nats-io/nats-core 3.4.0: after the wall clock was set back, a reading of a consumer does not notice that the server has gone silent until the clock
# has caught up. The silence is measured by Date.now().
# Seen: heartbeats are due every 100 ms. With the clock kept, their absence is reported after two of them are missing; with the clock set back by an
# hour just after the last one, it is not reported within 3 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error @nats-io/nats-core@3.4.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { IdleHeartbeatMonitor } from "@nats-io/nats-core/internal";

const wall = Date.now.bind(Date);
let skew = 0;
Date.now = () => wall() + skew;

/** The reports of missing heartbeats within 3 s after the last one. */
const trial = async (setBackMillis) => {
  let reports = 0;
  const monitor = new IdleHeartbeatMonitor(100, () => {
    reports++;
    return false;
  }, { maxOut: 2 });
  monitor.work();
  skew -= setBackMillis;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  monitor.cancel();
  return reports > 0;
};
const kept = await trial(0);
const setBack = await trial(3_600_000);
console.log({ "reported with the clock kept": kept, "reported with the clock set back by an hour": setBack });
assert.equal(kept, true);
assert.equal(setBack, false);
console.log("as found: no silence is noticed while the clock is behind");
JS
