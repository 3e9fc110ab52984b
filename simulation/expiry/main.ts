/**
 * Prints how often a watch is wrong about leases that end, at several paces: `npm run simulate:expiry -- [--minutes 600] [--seeds 5] [--from 1] [--claim 900]`.
 *
 * `--claim` is the length of a lease in seconds: 900 is the embedded server's default; shorter ones end more often near something else.
 *
 * Ends with exit code 1 where an expiry is missing at any pace, or more than one in a thousand is wrong at the default pace; those count
 * too whose end was itself over within two seconds, such as a finish that is taken back at once.
 */
import { parseArgs } from "node:util";
import { measure, type Rates } from "./measure.ts";

const paces = {
  "every second": [1_000, 1_000],
  "default (2 s to 1 min)": [2_000, 60_000],
  "every 30 s": [30_000, 30_000],
  "every 2 min": [120_000, 120_000],
} as const;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "600" },
    seeds: { type: "string", default: "5" },
    from: { type: "string", default: "1" },
    claim: { type: "string", default: "900" },
  },
});

let isWrong = false;
for (const [name, interval] of Object.entries(paces)) {
  const total = { leases: 0, ended: 0, unseen: 0, wrong: 0, sure: 0, blurred: 0, missing: 0, requests: 0 };
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
    const rates: Rates = await measure(seed, interval, Number(values.minutes), Number(values.claim));
    for (const key of Object.keys(total) as Array<keyof Rates>) total[key] += rates[key];
  }
  const { leases, ended, unseen, wrong, sure, blurred, missing, requests } = total;
  const perMinute = (requests / (Number(values.minutes) * Number(values.seeds))).toFixed(1);
  console.log(
    `${name.padEnd(24)} ${leases} leases, ${ended} ended by the clock (${unseen} never shown): ${wrong} reported wrongly (${sure} of them without a gap, ${blurred} over within 2 s), ${missing} not reported; ${perMinute} requests a minute`,
  );
  if (missing > 0 || (name.startsWith("default") && wrong * 1_000 > ended)) isWrong = true;
}
process.exitCode = isWrong ? 1 : 0;
