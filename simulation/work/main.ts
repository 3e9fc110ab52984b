/** Plays seeds of the workers' simulation: `npm run simulate:work -- --seeds 2000 --from 1`. Exit code 1 at the first that breaks a promise. */
import { parseArgs } from "node:util";
import { simulateWork } from "./simulateWork.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "200" }, from: { type: "string", default: "1" } },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
const total = { submitted: 0, lost: 0, killed: 0, millis: 0 };
for (let seed = from; seed < from + seeds; seed++) {
  const { broken, counts } = await simulateWork(seed);
  for (const name of Object.keys(total) as Array<keyof typeof total>) total[name] += counts[name];
  if ((seed - from + 1) % 100 === 0) console.error(`${seed - from + 1} of ${seeds}`);
  if (broken.length === 0) continue;
  console.log(`seed ${seed}:\n  ${broken.join("\n  ")}`);
  process.exit(1);
}
const { submitted, lost, killed, millis } = total;
const days = (millis / 86_400_000).toFixed(1);
console.log(
  `${seeds} seeds from ${from}: all promises kept; ${submitted} answers stored, ${lost} reported lost, ${killed} processes killed, ${days} simulated days`,
);
