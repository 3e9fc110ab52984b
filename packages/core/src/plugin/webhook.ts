/**
 * Sends events to an HTTP endpoint: CloudEvents 1.0 in structured JSON, signed as the Standard Webhooks specification says.
 *
 * 1. At least once: an event is out of the outbox only after the receiver has answered with 2xx. Its id is a function of what
 *    happened, so a repeat can be recognised.
 * 2. In order: while one delivery fails, those behind it wait.
 * 3. Bounded and never silent: when the outbox is full, that is reported, and further events wait in the hook's own queue, where
 *    changes of one task are joined to one and none of them is lost. Undelivered events at close are reported, too.
 * 4. Failed deliveries are retried indefinitely, ever more slowly up to `longestPause`, each pause chosen evenly from [0, its
 *    limit]; `Retry-After` can make it longer within `longestPause`, and never shorter. A receiver that answers 410 is not asked again.
 * 5. Closing gives what waits `closeTimeout`, and aborts the delivery that is under way then.
 *
 * 6. With `once`, an event waits in the fleet's log instead of the outbox, and its hook ends when the receiver has answered.
 *
 * @source CloudEvents 1.0.2, "JSON Event Format"; Standard Webhooks, "Signature scheme" and "Deliverability".
 */
import * as Duration from "effect/Duration";
import type { Fetch } from "../client/http/Attempt.ts";
import { retryAfterMillis } from "../client/http/retryAfterMillis.ts";
import { checkOptions } from "../contract/unknownNames.ts";
import type { WatchEvent } from "../watch/event/Event.ts";
import { checkDuration } from "./checkDuration.ts";
import { checkFilter, type EventFilter } from "./EventHooks.ts";
import { type Delivery, memoryOutbox, type Outbox } from "./Outbox.ts";
import { definePlugin, type Plugin } from "./Plugin.ts";
import type { PluginHost } from "./PluginHost.ts";

export type { Delivery, Outbox } from "./Outbox.ts";

export interface WebhookOptions {
  /** `https:` or `http:`, without a user and a password in it. */
  readonly url: string;
  /**
   * `whsec_` and base64 of 24 to 64 bytes, as receivers' libraries give it; several while they are exchanged, the newest first.
   */
  readonly secret: string | ReadonlyArray<string>;
  /** Which events to send. Default all. */
  readonly events?: EventFilter;
  /**
   * Where the client is one replica of a fleet: whether an event is sent by one of them. It then waits in the fleet's log and not in
   * `outbox`: it counts as handled once the receiver has it. Default false.
   */
  readonly once?: boolean;
  /** Where events wait for their delivery. Default: in memory; see `fileOutbox` for one that outlives the program. */
  readonly outbox?: Outbox;
  /** How many events may wait in the outbox; at least one. Default 10,000. */
  readonly capacity?: number;
  /** The CloudEvents `source`. Default: the address of the evaluation. */
  readonly source?: (event: WatchEvent) => string;
  /** Prefix of an event's type in the CloudEvents `type`. Default `evalwire.`. */
  readonly typePrefix?: string;
  /** How long the receiver may take to answer; at least a millisecond. Default 15 seconds. */
  readonly timeout?: Duration.Input;
  /** How long closing the client lets deliveries go on. Default two seconds. */
  readonly closeTimeout?: Duration.Input;
  /** The longest pause after a failure; at least a second. Default five minutes. */
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

const secretBytes = (secret: string): Uint8Array<ArrayBuffer> => {
  const base64 = secret.replace(/^whsec_/, "");
  // One letter more than whole groups of four spells no byte.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.replace(/=+$/, "").length % 4 === 1)
    throw new TypeError("a secret of a webhook is whsec_ and base64");
  return bytesOf(base64);
};

/** Signing keys out of their text form. */
const keysOf = (secrets: string | ReadonlyArray<string>, subtle: Signing): Promise<ReadonlyArray<CryptoKey>> =>
  Promise.all(
    [secrets].flat().map(async (secret) => {
      const bytes = secretBytes(secret);
      return subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
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

/** Result of an attempt at a delivery. */
type Outcome =
  | { readonly _tag: "Delivered" }
  | { readonly _tag: "Gone" }
  | { readonly _tag: "Failed"; readonly why: string; readonly retryAfterMillis: number | undefined };

const outcomeOf = (response: Response, now: number): Outcome => {
  if (response.ok) return { _tag: "Delivered" };
  if (response.status === 410) return { _tag: "Gone" };
  const asked = retryAfterMillis((name) => response.headers.get(name), now);
  return { _tag: "Failed", why: `answered with ${response.status}`, retryAfterMillis: asked };
};

const headerValue = /^[\x21-\x7e]{1,256}$/;

/** An event's id as a header can carry it: escaped where a header cannot hold it, replaced by its digest where that is too long. */
const headerId = async (id: string, digest: (text: string) => Promise<string>): Promise<string> => {
  if (headerValue.test(id)) return id;
  const escaped = encodeURIComponent(id.toWellFormed());
  return headerValue.test(escaped) ? escaped : `sha256-${await digest(id)}`;
};

const optionNames: Record<keyof WebhookOptions, true> = {
  url: true,
  secret: true,
  events: true,
  once: true,
  outbox: true,
  capacity: true,
  source: true,
  typePrefix: true,
  timeout: true,
  closeTimeout: true,
  longestPause: true,
  fetch: true,
  crypto: true,
};

/** A deadline that cannot be met, a pause that is none or an outbox without a bound would show only when a receiver fails. */
const checkLimits = ({ capacity = 1, closeTimeout, longestPause, timeout }: WebhookOptions): void => {
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new TypeError(`webhook: capacity must be a whole number of at least 1, not ${String(capacity)}`);
  }
  checkDuration("webhook", "closeTimeout", closeTimeout, 0);
  checkDuration("webhook", "longestPause", longestPause, shortestPauseMillis);
  checkDuration("webhook", "timeout", timeout, 1);
};

/** An invalid URL, signing secret or limit is refused before anything is sent. */
const check = (options: WebhookOptions): void => {
  checkOptions("webhook", options, optionNames);
  checkLimits(options);
  const { events = {}, url, secret } = options;
  checkFilter("webhook", events);
  const address = typeof url === "string" ? URL.parse(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new TypeError("the url of a webhook is an http: or https: address");
  }
  if (address.username !== "" || address.password !== "") {
    throw new TypeError(
      "the url of a webhook holds no user or password: fetch sends none; sign with the secret instead",
    );
  }
  const secrets = [secret ?? []].flat();
  if (secrets.length === 0) throw new TypeError("a webhook needs a secret: unsigned events are not sent");
  for (const one of secrets) {
    const { length } = secretBytes(one);
    if (length < 24 || length > 64) {
      throw new TypeError(`a secret of a webhook has 24 to 64 bytes (Standard Webhooks), not ${length}`);
    }
  }
};

interface Signer {
  readonly sign: (message: Message) => Promise<string>;
  /** A short text for a long one. */
  readonly digest: (text: string) => Promise<string>;
}

/** Takes deliveries out of the outbox, one after the other. */
class DeliveryWorker {
  readonly #host: PluginHost;
  readonly #options: WebhookOptions;
  readonly #outbox: Outbox;
  readonly #signing: Signer;
  #work: Promise<void> | undefined;
  #isGone = false;
  readonly #closing = new AbortController();
  /** Closing has taken its time: nothing is waited for any more. */
  readonly #closed = new AbortController();

  constructor(host: PluginHost, options: WebhookOptions, outbox: Outbox, signing: Signer) {
    this.#host = host;
    this.#options = options;
    this.#outbox = outbox;
    this.#signing = signing;
  }

  /** Something may be there to deliver. */
  wake(): void {
    if (this.#isGone || this.#closing.signal.aborted) return;
    this.#work ??= this.#deliverAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Retries queued deliveries once, then reports what is left. */
  async close(): Promise<void> {
    this.wake();
    this.#closing.abort();
    const done = new AbortController();
    const late = this.#host
      .sleep(this.#options.closeTimeout ?? "2 seconds", done.signal)
      .then(() => this.#closed.abort(new Error("the client was closed")))
      .catch(() => undefined);
    await this.#work;
    done.abort();
    await late;
    const left = await this.#outbox.size();
    if (left > 0) this.#host.report(new Error(`closed with ${left} events that were not delivered`));
  }

  /**
   * Delivers one now, however long it takes; rejects when closing has taken its time.
   *
   * @param signal - aborted when another replica is to deliver it: it is then tried here at once, and not again
   */
  async deliverNow(delivery: Delivery, signal?: AbortSignal): Promise<void> {
    const over = AbortSignal.any(signal === undefined ? [this.#closing.signal] : [this.#closing.signal, signal]);
    for (let failures = 0; ; ) {
      const outcome = await this.#deliver(delivery);
      if (outcome._tag === "Delivered") return;
      if (outcome._tag === "Gone")
        return this.#host.report(new Error("the receiver is gone (410); nothing more is sent to it"));
      failures++;
      this.#reportFailure(delivery, failures, outcome.why);
      if (over.aborted) throw new Error(`delivery ${delivery.id} failed: ${outcome.why}`);
      await this.#host.sleep(this.#pauseMillis(failures, outcome.retryAfterMillis), over).catch(() => undefined);
    }
  }

  /** The first failure is news, and so is each after twice as many. */
  #reportFailure({ id }: Delivery, failures: number, why: string): void {
    if ((failures & (failures - 1)) !== 0) return;
    this.#host.report(
      new Error(`delivery ${id} failed ${failures === 1 ? "once" : `${failures} times`}: ${why}; it is tried again`),
    );
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
        this.#reportFailure(next, failures, outcome.why);
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
    const own = this.#host.random() * Math.min(longest, shortestPauseMillis * 2 ** (failures - 1));
    return Math.min(longest, Math.max(asked ?? 0, own));
  }

  async #deliver({ id, body }: Delivery): Promise<Outcome> {
    const timestamp = Math.floor(this.#host.now() / 1000);
    const over = new AbortController();
    const cut = () => over.abort(this.#closed.signal.reason);
    this.#closed.signal.addEventListener("abort", cut, { once: true });
    if (this.#closed.signal.aborted) cut();
    const timeout = this.#options.timeout ?? "15 seconds";
    const late = this.#host.sleep(timeout, over.signal).then(
      () => over.abort(new Error("no answer in time")),
      (reason) => over.abort(reason),
    );
    try {
      const { fetch } = this.#host;
      const sent = await headerId(id, this.#signing.digest);
      const response = await (this.#options.fetch ?? fetch)(this.#options.url, {
        method: "POST",
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "webhook-id": sent,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": await this.#signing.sign({ id: sent, timestamp, body }),
        },
        body,
        redirect: "manual",
        signal: over.signal,
      });
      await response.body?.cancel();
      return outcomeOf(response, this.#host.now());
    } catch (error) {
      return {
        _tag: "Failed",
        why: error instanceof Error ? error.message : String(error),
        retryAfterMillis: undefined,
      };
    } finally {
      this.#closed.signal.removeEventListener("abort", cut);
      over.abort();
      await late;
    }
  }
}

/**
 * Throws a `TypeError` at an option it does not know, a type that no event has, an address that is none, and a secret that nothing can be
 * signed with.
 *
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
  check(options);
  const { events = {}, outbox = memoryOutbox(), capacity = 10_000, typePrefix = "evalwire." } = options;
  return definePlugin({
    name: "webhook",
    setup: async (host) => {
      const address = (event: WatchEvent) =>
        `${host.client.baseURL}/v4/evaluations/${encodeURIComponent(event.evaluationId)}`;
      const { source = address } = options;
      const { crypto: subtle = globalThis.crypto.subtle } = options;
      const keys = await keysOf(options.secret, subtle);
      const worker = new DeliveryWorker(host, options, outbox, {
        sign: (message) => signed(message, keys, subtle),
        digest: async (text) => base64Of(await subtle.sign("HMAC", keys[0]!, new TextEncoder().encode(text))),
      });

      let isFull = false;
      const room = async () => {
        while ((await outbox.size()) >= capacity) {
          if (!isFull) host.report(new Error(`the outbox is full: ${capacity} events wait for the receiver`));
          isFull = true;
          await host.sleep(roomPause);
        }
        isFull = false;
      };
      const deliveryOf = (event: WatchEvent): Delivery => ({
        id: event.id,
        body: JSON.stringify(cloudEvent(event, source(event), typePrefix)),
      });
      if (options.once === true)
        host.on(events, (event, signal) => worker.deliverNow(deliveryOf(event), signal), { once: true });
      else {
        host.on(events, async (event) => {
          await room();
          await outbox.add(deliveryOf(event));
          worker.wake();
        });
      }
      worker.wake();
      return () => worker.close();
    },
  });
};
