/** Sends signed events to an HTTP endpoint, and checks them there. Run it: `node examples/18-webhook.ts` */
import * as fs from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchEvent } from "@evalwire/core";
import { fileOutbox } from "@evalwire/core/plugins/fileOutbox";
import { signature, webhook } from "@evalwire/core/plugins/webhook";
import { claim, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

/** The receiving side: checks who sent an event and when, and takes each one once. Libraries for Standard Webhooks check the same. */
const receiver = (secret: string, take: (event: WatchEvent) => void) => {
  const taken = new Set<string>();
  return createServer(async (request, response) => {
    const parts: Array<Buffer> = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const [id, timestamp] = [header("id"), Number(header("timestamp"))];
    const isSigned = header("signature")
      .split(" ")
      .includes(await signature({ id, timestamp, body }, secret));
    const isRecent = Math.abs(Date.now() / 1_000 - timestamp) < 300;
    const isTrusted = isSigned && isRecent;
    // An event whose answer was lost comes again, with the same id.
    if (isTrusted && !taken.has(id)) take(JSON.parse(body).data);
    if (isTrusted) taken.add(id);
    response.writeHead(isTrusted ? 204 : 401).end();
  });
};

export const main = async (print: (line: string) => void): Promise<void> => {
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}`;
  const done = Promise.withResolvers<void>();
  const http = receiver(secret, (event) => {
    print(event.type === "assignment.created" ? `${event.type}: ${event.lease.assignee}` : event.type);
    if (event.type === "task.status_changed") done.resolve();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/evaluations`;

  // Events not delivered when the program ends stay in the file, and the next one sends them.
  const folder = await fs.mkdtemp(join(tmpdir(), "evalwire-webhook-"));
  const outbox = fileOutbox({ fs, path: join(folder, "outbox.jsonl") });
  const events = { types: ["assignment.created", "task.status_changed"] } as const;
  // By default a delivery goes by the client's `fetch`, which here is the embedded server's own.
  const hook = webhook({ url, secret, outbox, events, fetch: (url, init) => fetch(url, init as RequestInit) });
  await using world = await smallEvaluation({ client: { plugins: [hook] } });
  const { ada, evaluation } = world;

  // A plugin hears the events of the watches there are; it opens none itself.
  await using watch = ada.watch(evaluation.id);
  await watch.ready;
  const claimed = await claim(ada, { evaluation_id: evaluation.id });
  if (claimed._tag === "Claimed") await submit(ada, { ...claimed, result: { fluent: "yes" } });
  await done.promise;

  await ada.close();
  print(`${await outbox.size()} left in the outbox`);
  await fs.rm(folder, { recursive: true });
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
};

if (import.meta.main) await main(console.log);
