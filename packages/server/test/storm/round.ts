import { join } from "node:path";
import { createServer } from "../../src/index.ts";
import type { Chance } from "./Chance.ts";
import { fuzz } from "./fuzz.ts";
import { end, killStorm, serve } from "./kill.ts";
import { throwBytes } from "./raw.ts";

export interface Round {
  readonly acknowledged: number;
  readonly requests: number;
  readonly connections: number;
}

let files = 0;

/** One of each: two kills, then odd requests, then odd bytes. */
export const round = async (folder: string, chance: Chance, requests = 400, connections = 60): Promise<Round> => {
  const file = join(folder, `${++files}.db`);
  const acknowledged = await killStorm(file, chance, 2);

  const server = await createServer({ apiKeys: { "key-ada": "ada" }, seed: chance.below(1e9) });
  const foreign = { account_id: "beta", name: "secret-of-beta", description: "secret-of-beta" };
  const headers = { "x-api-key": "key-ada", "x-selected-account-id": "beta", "content-type": "application/json" };
  const path = "http://localhost/v4/application-specs";
  await server.fetch(path, { method: "POST", headers, body: JSON.stringify(foreign) });
  const before = await (await server.fetch(path, { headers })).text();
  await fuzz(server, chance, requests);
  const after = await (await server.fetch(path, { headers })).text();
  await server.close();
  if (after !== before) throw new Error("what is another account's was changed");

  const served = await serve(file);
  try {
    await throwBytes(served.url, chance, connections);
  } finally {
    await end(served);
  }
  return { acknowledged, requests, connections };
};
