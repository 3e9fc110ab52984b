/**
 * Plays seeds of the feed's simulation: `node --conditions=@evalwire/source feed/main.ts --seeds 1000 --from 1`, in this folder's parent.
 *
 * Ends with exit code 1 at the first broken promise, with the seed that plays it again.
 */
import { parseArgs } from "node:util";
import { simulateFeed } from "./simulateFeed.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "100" }, from: { type: "string", default: "1" } },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(seeds) || seeds < 1) {
  throw new TypeError("--seeds and --from are whole numbers");
}
const total = { entries: 0, deaths: 0, millis: 0 };
for (let seed = from; seed < from + seeds && process.exitCode === undefined; seed++) {
  const { broken, counts } = await simulateFeed(seed);
  total.entries += counts.entries;
  total.deaths += counts.deaths;
  total.millis += counts.millis;
  if (broken === undefined) continue;
  console.log(`seed ${seed} breaks promise ${broken.promise} after ${broken.at} ms: ${broken.what}`);
  process.exitCode = 1;
}
if (process.exitCode === undefined) {
  const hours = (total.millis / 3_600_000).toFixed(1);
  console.log(
    `${seeds} seeds from ${from}: all promises kept; ${total.entries} entries, ${total.deaths} deaths, ${hours} simulated hours`,
  );
}
