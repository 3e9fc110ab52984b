// The client against the embedded server, with and without a socket.
import assert from "node:assert/strict";
import { SGPClient } from "@evalwire/core";
import { createServer } from "@evalwire/server";

const server = await createServer({ apiKeys: { key: "ada" } });
const listener = await server.listen();
for (const client of [
  new SGPClient({ apiKey: "key", baseURL: "http://localhost", fetch: server.fetch }),
  new SGPClient({ apiKey: "key", baseURL: listener.url }),
]) {
  const evaluation = await client.v5.evaluations.create({
    name: "Notices",
    data: [{ summary: "a b", expected: "a b" }],
    tasks: [
      {
        task_type: "metric",
        alias: "overlap",
        configuration: { type: "rouge1", candidate: "item.summary", reference: "item.expected" },
      },
    ],
  });
  const page = await client.v5.evaluationItems.list({ evaluation_id: evaluation.id });
  assert.equal(page.items[0].data.overlap, 1);
  await client.close();
}
await listener.close();
await server.close();
console.log("embedded: ok");
