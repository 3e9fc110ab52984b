/** A board behind a relay: people sign in, get a token, and see and do what it allows. Run it: `node examples/17-relay.ts` */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SGPClient } from "@evalwire/core";
import { createRelay, issueToken, type Right, relayClient, type TokenKeys } from "@evalwire/relay";
import { nodeHandler } from "@evalwire/relay/node";
import { claim, submit } from "@evalwire/tasks";
import { smallEvaluation } from "./smallEvaluation.ts";

/** Rights by person; your own sign-in knows them. */
const rights: Readonly<Record<string, ReadonlyArray<Right>>> = {
  ada: ["watch", "claim", "submit"],
  ben: ["watch", "assign", "audit"],
};

export interface BoardOptions {
  /** The client that acts for a user: the platform knows its users by their keys, so a claim needs the user's own. */
  readonly clientOf: (user: string) => SGPClient;
  /** The user who sent a request, by the session of your application. */
  readonly userOf: (request: Request) => string | undefined;
  readonly keys: TokenKeys;
  readonly evaluations: ReadonlyArray<string>;
}

/** One handler for both: `/token` for signed-in users, and the relay under `/relay`. */
export const board = ({ clientOf, userOf, keys, evaluations }: BoardOptions) => {
  const relay = createRelay({ client: clientOf, keys });
  const fetch = async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname.startsWith("/relay/")) return relay.fetch(request);
    const user = userOf(request);
    const may = rights[user ?? ""];
    if (user === undefined || may === undefined) return new Response("Sign in first.", { status: 401 });
    return new Response(await issueToken(keys, { user, evaluations, may, expires: "10 minutes" }));
  };
  return { fetch, close: relay.close };
};

export const main = async (print: (line: string) => void): Promise<void> => {
  await using world = await smallEvaluation();
  const evaluationId = world.evaluation.id;
  const { fetch: answer, close } = board({
    clientOf: (user) => (user === "ada" ? world.ada : world.ben),
    userOf: (request) => request.headers.get("cookie")?.replace("user=", ""),
    keys: [{ id: "2030-01", key: new TextEncoder().encode("a secret of at least thirty-two bytes") }],
    evaluations: [evaluationId],
  });
  const http = createServer(nodeHandler(answer));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  // A page says relayClient("/relay", …); its browser sends the cookie by itself. The token is requested whenever it is needed.
  const pageOf = (user: string) => {
    const token = async () => (await fetch(`${origin}/token`, { headers: { cookie: `user=${user}` } })).text();
    return relayClient(`${origin}/relay`, { token });
  };
  const [ada, ben] = [pageOf("ada"), pageOf("ben")];
  const [own, all] = [ada.watch(evaluationId), ben.watch(evaluationId)];
  await Promise.all([own.ready, all.ready]);
  print(`ada sees ${own.snapshot().tasks.size} tasks, ben sees ${all.snapshot().tasks.size}`);

  const claimed = await claim(ada, { evaluation_id: evaluationId });
  print(`ada sees ${own.snapshot().tasks.size} task`);
  if (claimed._tag === "Claimed") {
    const submitted = await submit(ada, { ...claimed, result: { fluent: "yes" } });
    print(`ada hands in: ${submitted._tag}`);
  }
  const list = await ada.evaluations.testCaseResults.list(evaluationId).catch((error) => error);
  print(`ada lists the results: ${list.reason._tag}`);

  await Promise.all([ada.close(), ben.close(), close()]);
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
};

if (import.meta.main) await main(console.log);
