/**
 * The watch over a long time: `npm run soak -- --for 20m --seed 7` says by how much heap and resident memory of a watching process grow in a
 * minute while its evaluation changes, and ends with 1 where the heap of ten minutes or more grows by more than a tenth of a megabyte.
 */
import { parseArgs } from "node:util";
import * as Chance from "../storm/Chance.ts";
import { soak } from "./soak.ts";

const { values } = parseArgs({ options: { for: { type: "string", default: "20m" }, seed: { type: "string" } } });
const [, amount, unit] = /^(\d+)([smh])$/.exec(values.for) ?? [];
if (amount === undefined || unit === undefined) {
  console.error(`soak: --for takes a number of s, m or h, such as 20m, not ${values.for}`);
  process.exit(2);
}
const millis = Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"];
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const { samples, events, requests, heapBytes, heapSlope, rssSlope, bytesAnEvent } = await soak(
  millis,
  Chance.make(seed),
);
const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
console.log(
  `soak of ${values.for} (seed ${seed}): ${events} events, ${requests} requests, ${samples} samples; heap ${kilobytes(heapBytes)} after a collection, ` +
    `${kilobytes(heapSlope)} a minute (${bytesAnEvent.toFixed(1)} bytes an event), resident memory ${kilobytes(rssSlope)} a minute`,
);
if (millis >= 600_000 && heapSlope > 100_000) process.exitCode = 1;
