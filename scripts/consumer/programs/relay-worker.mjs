// A relay in a Durable Object of workerd: what many requests share has to live in one, as the runtime lets no request wait for what another began.
import { SGPClient } from "@evalwire/core";
import { createRelay } from "@evalwire/relay";
import { fetch, result } from "./scripted.mjs";

let looks = 0;

/** A platform whose only task has another priority at every look. */
const changing = async (url, init) => {
  if (!new URL(url).pathname.endsWith("/test-case-results")) return fetch(url, init);
  const task = { ...result.task, priority: ++looks };
  return Response.json({ items: [{ ...result, task }], total_item_count: 1, current_page: 1, items_per_page: 100 });
};

export class Relay {
  relay = createRelay({
    client: new SGPClient({ apiKey: "key", baseURL: "http://localhost", fetch: changing }),
    authorize: () => ({ user: "ada", rows: "all" }),
    watch: { interval: ["1 second", "1 second"] },
  });
  fetch(request) {
    return this.relay.fetch(request);
  }
}

export default {
  fetch: (request, { RELAY }) => RELAY.get(RELAY.idFromName("relay")).fetch(request),
};
