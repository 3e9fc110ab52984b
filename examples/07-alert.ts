/** Posts to a chat before a lease ends. Run it: `node examples/07-alert.ts` */
import { instantOf, type SGPClient } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { claim } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

type Post = (url: string, init: { method: string; headers: Record<string, string>; body: string }) => Promise<Response>;

/** Sends each assignment that is about to end to an incoming webhook that takes `{ "text": … }`. */
const alerts = (client: SGPClient, evaluationId: string, webhook: string, post: Post) => {
  const watch = client.watch(evaluationId, { expiring: ["5 minutes"] });
  watch.subscribe(
    async ({ lease, leadMillis, taskId }) => {
      const ends = new Date(instantOf(lease.expiresAt!)!).toISOString().slice(11, 16);
      const text = `${lease.assignee} has ${leadMillis / 60_000} minutes left for ${taskId.slice(0, 4)}… (until ${ends} UTC)`;
      // A subscriber that throws affects no other; its error goes to `onProblem` of the client.
      const answer = await post(webhook, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text }),
      });
      if (!answer.ok) throw new Error(`the chat answered ${answer.status}`);
    },
    { types: ["assignment.expiring"] },
  );
  return watch;
};

export const main = async (print: (line: string) => void): Promise<void> => {
  // One clock for server and client, which is moved by hand: the quarter of an hour of a lease takes milliseconds.
  const clock = new SimulatedClock({ startAt: "2030-01-01T09:00:00Z" });
  await using world = await smallEvaluation({ server: { clock, seed: "alert" }, client: { clock } });
  const posted: Post = async (_, { body }) => {
    print(JSON.parse(body).text.replace(/for \S+/, "for a task"));
    return new Response();
  };
  await using watch = alerts(world.ada, world.evaluation.id, "https://chat.example.com/hooks/1", posted);
  await clock.advance("5 seconds");
  await watch.ready;
  await claim(world.ben, { evaluation_id: world.evaluation.id });
  await clock.advance("15 minutes");
};

if (import.meta.main) await main(console.log);
