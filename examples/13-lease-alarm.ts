/** Warns people before their time is over, and reports the state of the queue to the lead. Run it: `node examples/13-lease-alarm.ts` */
import { claim, Lease, queue } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation({ server: { claimSeconds: 300 } });
  const { ada, ben, evaluation } = world;
  await using watch = ada.watch(evaluation.id, {
    expiring: ["10 minutes"],
    interval: ["20 millis", "100 millis"],
    requestsPerMinute: 3_000,
  });
  await watch.ready;
  using board = queue.live(watch);

  // Ben takes a task and holds its lease: his program knows how long, and stops in time.
  const claimed = await claim(ben, { evaluation_id: evaluation.id });
  if (claimed._tag !== "Claimed") return;
  await using lease = Lease.hold(ben, claimed, { watch, onDispose: "keep" });
  lease.signal.addEventListener("abort", () => print("Ben stops"), { once: true });

  for await (const { lease, errorMillis } of watch.events({ types: ["assignment.expiring"], replay: false })) {
    const isNear = lease.expiresAt !== null && errorMillis !== null;
    print(`${lease.assignee} has less than 10 minutes left${isNear ? ", by the server's clock" : ""}`);
    break;
  }
  const now = Date.now();
  const { open, held, ready } = board.index.counts(now);
  print(`${open} open: ${held} held, ${ready} ready`);
  print(`${lease.remainingMillis() > 200_000 ? "more" : "less"} than 200 s are sure`);
};

if (import.meta.main) await main(console.log);
