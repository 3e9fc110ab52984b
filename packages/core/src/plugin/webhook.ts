/**
 * Sends events to an HTTP endpoint: CloudEvents 1.0 in structured JSON, signed as the Standard Webhooks specification says.
 *
 * 1. At least once: an event is out of the outbox only after the receiver has answered with 2xx. Its id is a function of what
 *    happened, so a repeat can be recognised.
 * 2. In order: while one delivery fails, those behind it wait.
 * 3. Bounded and never silent: when the outbox is full, that is reported, and further events wait in the hook's own queue, where
 *    changes of one task are joined to one and none of them is lost. What the client is closed with is reported, too.
 * 4. Failures are repeated for ever, ever more slowly up to `longestPause`, each pause chosen evenly from [0, its limit];
 *    `Retry-After` is obeyed within it. A receiver that answers 410 is not asked again.
 *
 * @source CloudEvents 1.0.2, "JSON Event Format"; Standard Webhooks, "Signature scheme" and "Deliverability".
 */
import * as Duration from "effect/Duration";
import type { Fetch } from "../client/http/Attempt.ts";
import type { WatchEvent } from "../watch/Event.ts";
import type { EventFilter } from "./EventHooks.ts";
import { type Delivery, memoryOutbox, type Outbox } from "./Outbox.ts";
import { definePlugin, type Plugin } from "./Plugin.ts";
import type { PluginHost } from "./PluginHost.ts";

export type { Delivery, Outbox } from "./Outbox.ts";

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and base64, as receivers' libraries give it; several while they are exchanged, the newest first. */
  readonly secret: string | ReadonlyArray<string>;
  /** Which events to send. Default all. */
  readonly events?: EventFilter;
  /** Where events wait for their delivery. Default: in memory; see `fileOutbox` for one that outlives the program. */
  readonly outbox?: Outbox;
  /** How many events may wait in the outbox. Default 10,000. */
  readonly capacity?: number;
  /** The CloudEvents `source`. Default: the address of the evaluation. */
  readonly source?: (event: WatchEvent) => string;
  /** What comes before an event's type in the CloudEvents `type`. Default `evalwire.`. */
  readonly typePrefix?: string;
  /** How long the receiver may take to answer. Default 15 seconds. */
  readonly timeout?: Duration.Input;
  /** The longest pause after a failure. Default five minutes. */
  readonly longestPause?: Duration.Input;
  /** Default: the client's. */
  readonly fetch?: Fetch;
  /** Default: the platform's. */
  readonly crypto?: Signing;
}

/** The part of `crypto.subtle` that is used. */
export type Signing = Pick<SubtleCrypto, "importKey" | "sign">;

const shortestPauseMillis = 1_000;
// A pause once the outbox is full, before it is looked at again.
const roomPause = "1 second";

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const base64Of = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** Signing keys out of their text form. */
const keysOf = (secrets: string | ReadonlyArray<string>, subtle: Signing): Promise<ReadonlyArray<CryptoKey>> =>
  Promise.all(
    [secrets].flat().map((secret) => {
      const base64 = secret.replace(/^whsec_/, "");
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new TypeError("a secret of a webhook is whsec_ and base64");
      return subtle.importKey("raw", bytesOf(base64), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    }),
  );

export interface Message {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

const signed = async ({ id, timestamp, body }: Message, keys: ReadonlyArray<CryptoKey>, subtle: Signing) => {
  const bytes = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = keys.map(async (key) => `v1,${base64Of(await subtle.sign("HMAC", key, bytes))}`);
  return (await Promise.all(signatures)).join(" ");
};

/**
 * The value of `webhook-signature`: a version and a signature for each secret. For receivers' tests.
 *
 * @example
 * ```ts
 * import { signature } from "@evalwire/core/plugins/webhook";
 *
 * const message = { id: "msg_1", timestamp: 1893456000, body: "{}" };
 * await signature(message, "whsec_YSBzZWNyZXQ="); // => "v1,90AobJs/IrgG3Bx7QooeaqjOhavmZYxxyelg1gaoEco="
 * ```
 */
export const signature = async (message: Message, secrets: string | ReadonlyArray<string>): Promise<string> =>
  signed(message, await keysOf(secrets, crypto.subtle), crypto.subtle);

const cloudEvent = (event: WatchEvent, source: string, typePrefix: string) => ({
  specversion: "1.0",
  id: event.id,
  source,
  type: `${typePrefix}${event.type}`,
  time: event.time,
  datacontenttype: "application/json",
  ...("taskId" in event ? { subject: event.taskId } : {}),
  data: event,
});

/** What an attempt at a delivery came to. */
type Outcome =
  | { readonly _tag: "Delivered" }
  | { readonly _tag: "Gone" }
  | { readonly _tag: "Failed"; readonly why: string; readonly retryAfterMillis: number | undefined };

const outcomeOf = (response: Response): Outcome => {
  if (response.ok) return { _tag: "Delivered" };
  if (response.status === 410) return { _tag: "Gone" };
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterMillis = seconds >= 0 ? seconds * 1000 : undefined;
  return { _tag: "Failed", why: `answered with ${response.status}`, retryAfterMillis };
};

/** Takes deliveries out of the outbox, one after the other. */
class Courier {
  readonly #host: PluginHost;
  readonly #options: WebhookOptions;
  readonly #outbox: Outbox;
  readonly #sign: (message: Message) => Promise<string>;
  #work: Promise<void> | undefined;
  #isGone = false;
  readonly #closing = new AbortController();

  constructor(host: PluginHost, options: WebhookOptions, outbox: Outbox, sign: (message: Message) => Promise<string>) {
    this.#host = host;
    this.#options = options;
    this.#outbox = outbox;
    this.#sign = sign;
  }

  /** Something may be there to deliver. */
  wake(): void {
    if (this.#isGone || this.#closing.signal.aborted) return;
    this.#work ??= this.#deliverAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Gives what waits one more chance, and says what is left. */
  async close(): Promise<void> {
    this.wake();
    this.#closing.abort();
    await this.#work;
    const left = await this.#outbox.size();
    if (left > 0) this.#host.report(new Error(`closed with ${left} events that were not delivered`));
  }

  async #deliverAll(): Promise<void> {
    let failures = 0;
    try {
      for (let next = await this.#outbox.first(); next !== undefined; next = await this.#outbox.first()) {
        const outcome = await this.#deliver(next);
        if (outcome._tag === "Delivered") {
          failures = 0;
          await this.#outbox.remove(next.id);
          continue;
        }
        if (outcome._tag === "Gone") {
          this.#isGone = true;
          return this.#host.report(new Error("the receiver is gone (410); nothing more is sent to it"));
        }
        failures++;
        // The first failure is news, and so is each after twice as many.
        if ((failures & (failures - 1)) === 0) {
          this.#host.report(
            new Error(`delivery ${next.id} failed ${failures} times: ${outcome.why}; it is tried again`),
          );
        }
        if (this.#closing.signal.aborted) return;
        await this.#host
          .sleep(this.#pauseMillis(failures, outcome.retryAfterMillis), this.#closing.signal)
          .catch(() => undefined);
      }
    } catch (error) {
      this.#host.report(error, "reading the outbox");
    }
  }

  #pauseMillis(failures: number, asked: number | undefined): number {
    const longest = Duration.toMillis(Duration.fromInputUnsafe(this.#options.longestPause ?? "5 minutes"));
    if (asked !== undefined) return Math.min(asked, longest);
    return this.#host.random() * Math.min(longest, shortestPauseMillis * 2 ** (failures - 1));
  }

  async #deliver({ id, body }: Delivery): Promise<Outcome> {
    const timestamp = Math.floor(this.#host.now() / 1000);
    const over = new AbortController();
    const timeout = this.#options.timeout ?? "15 seconds";
    const late = this.#host.sleep(timeout, over.signal).then(
      () => over.abort(new Error("no answer in time")),
      (reason) => over.abort(reason),
    );
    try {
      const { fetch } = this.#host;
      const response = await (this.#options.fetch ?? fetch)(this.#options.url, {
        method: "POST",
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": await this.#sign({ id, timestamp, body }),
        },
        body,
        redirect: "manual",
        signal: over.signal,
      });
      await response.body?.cancel();
      return outcomeOf(response);
    } catch (error) {
      return {
        _tag: "Failed",
        why: error instanceof Error ? error.message : String(error),
        retryAfterMillis: undefined,
      };
    } finally {
      over.abort();
      await late;
    }
  }
}

/**
 * @example
 * ```ts
 * import { SGPClient } from "@evalwire/core";
 * import { webhook } from "@evalwire/core/plugins/webhook";
 *
 * const hook = webhook({
 *   url: "https://receiver.example.org/evaluations",
 *   secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
 *   events: { types: ["assignment.expired", "evaluation.status_changed"] },
 * });
 * await using client = new SGPClient({ apiKey: "a key", plugins: [hook] }); // and client.watch("e1")
 * hook.name; // => "webhook"
 * ```
 */
export const webhook = (options: WebhookOptions): Plugin => {
  const { events = {}, outbox = memoryOutbox(), capacity = 10_000, typePrefix = "evalwire." } = options;
  return definePlugin({
    name: "webhook",
    setup: async (host) => {
      const address = (event: WatchEvent) =>
        `${host.client.baseURL}/v4/evaluations/${encodeURIComponent(event.evaluationId)}`;
      const { source = address } = options;
      const { crypto: subtle = globalThis.crypto.subtle } = options;
      const keys = await keysOf(options.secret, subtle);
      const courier = new Courier(host, options, outbox, (message) => signed(message, keys, subtle));

      let isFull = false;
      const room = async () => {
        while ((await outbox.size()) >= capacity) {
          if (!isFull) host.report(new Error(`the outbox is full: ${capacity} events wait for the receiver`));
          isFull = true;
          await host.sleep(roomPause);
        }
        isFull = false;
      };
      host.on(events, async (event) => {
        await room();
        await outbox.add({ id: event.id, body: JSON.stringify(cloudEvent(event, source(event), typePrefix)) });
        courier.wake();
      });
      courier.wake();
      return () => courier.close();
    },
  });
};
