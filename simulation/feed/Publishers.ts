/** The programs that may publish: each with a client and a watch of its own, elected one at a time; they leave, die and freeze. */
import { SGPClient } from "@evalwire/core";
import { type Candidacy, type Entry, type Ledger, lead, MemoryElection, type MemoryFeed } from "@evalwire/core/feed";
import type { Assertions } from "../promises/Assertions.ts";
import type { World } from "../world/World.ts";

export const beatMillis = 5_000;

interface Publisher {
  readonly name: string;
  readonly client: SGPClient;
  readonly candidacy: Candidacy;
  /** Stands between the publisher and the log. */
  gate: "open" | "frozen" | "dead";
  thaw: () => void;
}

export class Publishers {
  readonly #world: World;
  readonly #feed: MemoryFeed;
  readonly #assertions: Assertions;
  readonly #election = new MemoryElection();
  readonly #isFenced: boolean;
  #publishers: Array<Publisher> = [];
  #count = 0;
  #last: Entry | undefined;

  constructor(world: World, feed: MemoryFeed, assertions: Assertions, isFenced: boolean) {
    this.#world = world;
    this.#feed = feed;
    this.#assertions = assertions;
    this.#isFenced = isFenced;
  }

  /** The publication in office, as far as is known. */
  get publication() {
    return this.#publishers.findLast(({ candidacy, gate }) => gate === "open" && candidacy.publication !== undefined)
      ?.candidacy.publication;
  }

  get alive(): number {
    return this.#publishers.filter(({ gate }) => gate === "open").length;
  }

  add(): void {
    const { network, clientClock, seed, settings, host, browser } = this.#world;
    const name = `publisher ${++this.#count}`;
    const client = new SGPClient({
      apiKey: "ada",
      baseURL: "http://evalwire.localhost",
      fetch: network.fetchOf(name),
      clock: clientClock,
      seed: `${seed}/${name}`,
      timeout: 10_007,
    });
    const { pageSize, requestsPerMinute, interval, leads } = settings;
    const sink = {
      evaluationId: host.evaluationId,
      tail: () => this.#pass(publisher).then(() => this.#feed.tail()),
      append: (entry: Entry, state: Ledger) => this.#pass(publisher).then(() => this.#append(entry, state)),
    };
    const candidacy = lead({
      election: this.#election,
      sink,
      open: (options) =>
        client.watch(host.evaluationId, {
          pageSize,
          requestsPerMinute,
          interval,
          expiring: leads,
          environment: browser,
          ...options,
        }),
      clock: clientClock,
      seed: `${seed}/${name}`,
      beat: beatMillis,
      onFailure: (error) => this.#assertions.hold(0, false, () => `${name}: ${String(error)}`),
    });
    const publisher: Publisher = { name, client, candidacy, gate: "open", thaw: () => undefined };
    this.#publishers.push(publisher);
  }

  /** The one in office leaves in order. */
  async close(): Promise<void> {
    const publisher = this.#inOffice();
    if (publisher === undefined) return;
    await publisher.candidacy.close();
    await publisher.client.close();
    this.#publishers = this.#publishers.filter((each) => each !== publisher);
  }

  /** The one in office does nothing more, for good or until it thaws; another one is elected. */
  stop(gate: "frozen" | "dead"): void {
    const publisher = this.#inOffice();
    if (publisher === undefined) return;
    publisher.gate = gate;
    this.#election.depose({ isSilent: true });
  }

  /** Those who were frozen go on, as if nothing had happened. */
  thaw(): void {
    for (const publisher of this.#publishers) {
      if (publisher.gate !== "frozen") continue;
      publisher.gate = "open";
      publisher.thaw();
    }
  }

  async end(): Promise<void> {
    for (const { candidacy, client } of this.#publishers) {
      await candidacy.close();
      await client.close();
    }
  }

  #inOffice(): Publisher | undefined {
    return this.#publishers.findLast(({ candidacy, gate }) => gate === "open" && candidacy.publication !== undefined);
  }

  async #pass(publisher: Publisher): Promise<void> {
    if (publisher.gate === "dead") await new Promise(() => undefined);
    if (publisher.gate === "frozen") {
      await new Promise<void>((resolve) => {
        publisher.thaw = resolve;
      });
    }
  }

  #append(entry: Entry, state: Ledger): void {
    this.#feed.append(this.#isFenced ? entry : { ...entry, epoch: Number.MAX_SAFE_INTEGER }, state);
    const last = this.#last;
    this.#last = entry;
    if (last === undefined) return;
    const isLater = entry.epoch >= last.epoch;
    this.#assertions.hold(18, isLater, () => `epoch ${entry.epoch} writes after epoch ${last.epoch}`);
    const isNext = entry.number === last.number + (entry.kind === "news" ? 1 : 0);
    this.#assertions.hold(17, isNext, () => `${entry.kind} ${entry.number} is written after ${last.number}`);
  }
}
