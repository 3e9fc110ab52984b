/** `npm run storm:fleet -- --count 200 --seed 1 --nodes 3 --acts 4`: storms with other seeds, on one node and on three by turns.  * `--acts "kill a node, trim the logs"` says what befalls them. */
import process from "node:process";
import { parseArgs } from "node:util";
import { Nats, natsServer } from "../nats.ts";
import { type Act, Storm } from "./Storm.ts";

const { values } = parseArgs({
  options: { count: { type: "string" }, seed: { type: "string" }, nodes: { type: "string" }, acts: { type: "string" } },
});
const count = Number(values.count ?? 200);
const first = Number(values.seed ?? 1);
if (natsServer === undefined) {
  console.error("storm: no nats-server; run scripts/bringNats.sh, or set NATS_SERVER to the program");
  process.exit(2);
}
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const nodes = (values.nodes === undefined ? (seed % 2 === 0 ? 3 : 1) : Number(values.nodes)) as 1 | 3;
  console.log(`storm ${seed} on ${nodes} ${nodes === 1 ? "node" : "nodes"}`);
  await using nats = await Nats.start(nodes, { isPartitionable: true });
  const storm = new Storm(nats, seed, console.log);
  await storm.start();
  const chosen = /^\d+$/.test(values.acts ?? "4")
    ? Array.from({ length: Number(values.acts ?? 4) }, () => storm.next())
    : values.acts!.split(",").map((act) => act.trim() as Act);
  for (const act of chosen) await storm.act(act);
  const violations = await storm.end();
  if (violations.length > 0) failed++;
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
}
console.log(`${count - failed} of ${count} storms kept every promise`);
process.exit(failed > 0 ? 1 : 0);
