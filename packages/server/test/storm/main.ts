/**
 * The server in a storm: killed while it writes, fed with requests no client sends and with bytes that are none; and a consumer of a watch
 * killed while it handles events.
 * `npm run storm -- --for 20m --seed 7`; it ends with 1 at the first thing that breaks, and says how to have it again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as Chance from "./Chance.ts";
import { consumerStorm } from "./consumerStorm.ts";
import { round } from "./round.ts";

const { values } = parseArgs({ options: { for: { type: "string", default: "1m" }, seed: { type: "string" } } });
const [, amount, unit] = /^(\d+)([smh])$/.exec(values.for) ?? [];
if (amount === undefined || unit === undefined) {
  console.error(`storm: --for takes a number of s, m or h, such as 20m, not ${values.for}`);
  process.exit(2);
}
const millis = Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"];
const first = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const folder = mkdtempSync(join(tmpdir(), "evalwire-storm-"));
const until = Date.now() + millis;
const total = { rounds: 0, acknowledged: 0, requests: 0, connections: 0, handled: 0, twice: 0, consumersKilled: 0 };
try {
  for (let seed = first; Date.now() < until; seed++) {
    try {
      const done = await round(folder, Chance.make(seed));
      total.rounds++;
      for (const name of ["acknowledged", "requests", "connections"] as const) total[name] += done[name];
      const manner = seed % 2 === 0 ? "plain" : "kept";
      const consumed = await consumerStorm(join(folder, `consumer-${seed}`), Chance.make(seed), 10, manner);
      total.consumersKilled += consumed.kills;
      total.handled += consumed.handled;
      total.twice += consumed.twice;
    } catch (error) {
      console.error(`storm: seed ${seed} (--seed ${seed}):`, error);
      process.exitCode = 1;
      break;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const { rounds, acknowledged, requests, connections, handled, twice, consumersKilled } = total;
console.log(
  `${rounds} rounds from seed ${first}: ${rounds * 2} kills, ${acknowledged} acknowledged writes found again, ${requests} odd requests, ${connections} odd connections; ${consumersKilled} consumers killed, ${handled} events handled, none lost, ${twice} in hand twice`,
);
