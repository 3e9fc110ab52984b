/** The feed over SSE, held to what every feed promises. */
import { SGPClient } from "@evalwire/core";
import { createRelay, type Relay, relayFeed } from "@evalwire/relay";
// @boundaries-ignore the suite that every feed passes stands with the port it is of
import { beatMillis, type Carrier, conforms } from "../../core/test/feed/Feed.conformance.ts";

const silent = () => new Promise<never>(() => undefined);

const overSse =
  (isHeld: boolean) =>
  ({ clock }: Parameters<Parameters<typeof conforms>[1]>[0]): Carrier => {
    let current: { readonly relay: Relay; isDead: boolean } | undefined;
    const all: Array<{ readonly relay: Relay; isDead: boolean }> = [];
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const served = current;
      if (served === undefined) throw new TypeError("no connection");
      const response = served.isDead
        ? await silent()
        : await served.relay.fetch(new Request(new URL(url, "http://board.test"), init));
      if (served.isDead) await silent();
      const isStream = response.headers.get("content-type") === "text/event-stream";
      if (!isStream) return response;
      // A proxy that holds a stream back until its end.
      if (isHeld) return new Response(new ReadableStream({ start: () => void response.body?.cancel() }), response);
      const reader = response.body!.getReader();
      const body = new ReadableStream({
        pull: async (controller) => {
          const { done, value } = await reader.read();
          if (served.isDead) await silent();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: () => reader.cancel(),
      });
      return new Response(body, response);
    };
    return {
      lead: (open) => {
        const client = new SGPClient({ apiKey: "k", clock });
        const relay = createRelay({
          client,
          clock,
          authorize: () => ({ user: "ada", rows: "all" }),
          beat: beatMillis,
          open: (_, __, options) => open(options),
        });
        const own = { relay, isDead: false };
        current = own;
        all.push(own);
        return {
          close: async () => {
            if (current === own) current = undefined;
            await relay.close();
          },
          kill: () => {
            own.isDead = true;
          },
        };
      },
      source: () => relayFeed("/relay", { evaluationId: "e1", fetch, clock }),
      close: async () => {
        for (const { relay } of all) await relay.close();
        await clock.advance("2 minutes");
      },
    };
  };

conforms("A feed over SSE", overSse(false));
conforms("A feed over SSE behind a proxy that holds it back", overSse(true));
