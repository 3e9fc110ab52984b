/**
 * One program: a client, its watches of the evaluation, what it writes, who listens, and everything that holds the watch to its
 * promises.
 */
import { SGPClient, type Watch, type WatchSnapshot } from "@evalwire/core";
import { Audience, type Member, type Position } from "./Audience.ts";
import type { Assertions } from "./promises/Assertions.ts";
import { brief, type Checker, type Manner } from "./promises/Checker.ts";
import { Health } from "./promises/Health.ts";
import { Leases } from "./promises/Leases.ts";
import { Looks } from "./promises/Looks.ts";
import { ShownState } from "./promises/ShownState.ts";
import { Traffic } from "./promises/Traffic.ts";
import { Waking } from "./promises/Waking.ts";
import type { TestDoubles } from "./TestDoubles.ts";
import { haveClocksOfTheirOwn, lagMillis } from "./world/Deployment.ts";
import { isSame } from "./world/History.ts";
import { type CallOf, isLaidOver, type OwnWrite, OwnWrites } from "./world/OwnWrites.ts";
import { resultWrites } from "./world/resultWrites.ts";
import type { ServerHost } from "./world/ServerHost.ts";
import { itemWrites } from "./world/v5/itemWrites.ts";
import type { World } from "./world/World.ts";

// No way back ends in the very moment of a time limit (`NetworkOutcome.grainMillis`).
const timeoutMillis = 10_007;

/** So long a look may wait for the history of its task, and a little for rounding. */
export const historyMillis = 61_000;

// So long after there is a network again an end is reported at the latest, and a little for rounding.
const noticedMillis = 10_100;

/** The calls that write to the evaluation through a client. */
const callsOf = ({ subject, evaluationId, history }: ServerHost, client: SGPClient): CallOf =>
  (subject.api === "v4"
    ? resultWrites(client, evaluationId, history)
    : itemWrites(client, evaluationId, subject.database, subject.questionId)) as CallOf;

export class Session {
  readonly watch: Watch;
  readonly looks: Looks;
  readonly traffic: Traffic;
  readonly own: OwnWrites;
  readonly waking: Waking;
  readonly audience: Audience;
  readonly #world: World;
  readonly #assertions: Assertions;
  readonly #doubles: TestDoubles;
  readonly #client: SGPClient;
  readonly #health: Health;
  readonly #leases: Leases;
  readonly #shown: ShownState;
  /** The tasks whose removal a prompt subscriber has received. */
  readonly #removed = new Set<string>();
  #others: ReadonlyArray<Watch> = [];
  #main: Member | undefined;
  /** Since when the watch can look, in milliseconds since the beginning; infinite while it cannot. */
  #lookingSince = 0;
  #listeningSince = Number.NEGATIVE_INFINITY;
  #noticed: WatchSnapshot | undefined;
  #unnotice: () => void = () => undefined;

  /** @param name of the program, and of the sender on the network */
  constructor(world: World, name: string, assertions: Assertions, doubles: TestDoubles, from?: Position) {
    this.#world = world;
    this.#assertions = assertions;
    this.#doubles = doubles;
    const { network, trace, clientClock, host, settings } = world;
    const limits = { requestsPerMinute: settings.requestsPerMinute, shortestMillis: settings.interval[0] };
    this.looks = new Looks(network, name);
    if (from?.cursor !== undefined) this.looks.recall(from.rows.values());
    const { looks } = this;
    this.traffic = new Traffic(network, name, { trace, assertions, limits, looks });
    this.waking = new Waking(network, name, { trace, assertions, looks, traffic: this.traffic });
    this.#health = new Health(network, name, assertions);
    this.#leases = new Leases(network, name, {
      trace,
      serverClock: host.clock,
      clientClock,
      assertions,
      hasOneClock: !haveClocksOfTheirOwn(host.deployment),
      endOf: (lease) => host.history.endOf(lease),
    });
    this.#client = this.#clientOf(name);
    this.watch = this.#open(from?.cursor);
    this.own = new OwnWrites({
      network,
      trace,
      isHeard: () => !this.isResting,
      isKnown: (taskId) => this.watch.snapshot().tasks.has(taskId),
      callOf: callsOf(host, doubles.writer === "other" ? this.#clientOf(`${name}, elsewhere`) : this.#client),
    });
    this.#shown = new ShownState(
      looks,
      this.own,
      assertions,
      (taskId, { assigned_to, assignment_expires_at }) =>
        this.audience.moments.has(`${taskId} ${assigned_to} ${assignment_expires_at} 0`),
      (taskId) =>
        // Without listeners there are no requests, and the waiting starts over afterwards.
        host.isHistoryRead ? looks.waiting(taskId, this.#waitsSince()) : undefined,
    );
    const states = (taskId: string) => host.history.states(taskId).map(({ row }) => row);
    this.audience = new Audience({
      name,
      world,
      assertions,
      truth: {
        assertions,
        states,
        written: (taskId) => this.own.written(taskId),
        wasAnnounced: (moment) => this.audience.moments.has(moment),
        isServerPast: (instant) => this.#leases.isServerPast(instant),
        isMissed: (taskId, testCaseResultId) => this.#isMissed(taskId, testCaseResultId),
        wasRemoved: (taskId) => this.#removed.has(taskId),
        // Of a server that lags behind the watch knows no better than that the lease is not there.
        isOver: (lease) => host.history.endOf(lease) !== undefined || looks.isWithout(lease),
        hasEnded: (lease) => host.history.endOf(lease)?.isByClock === true,
        // Of a clock that was set the watch can only learn afterwards, and of a leader's whose reads others answer not at all.
        endOf: (lease) =>
          host.clock.isSet || haveClocksOfTheirOwn(host.deployment) ? undefined : host.history.endOf(lease),
        hasLeases: host.subject.api === "v4",
        isClockSet: () => host.clock.isSet,
        isHistoryRead: host.isHistoryRead,
        wasShown: (row) => looks.hasShown(row),
        lagMillis: lagMillis(host.deployment),
        shown: (taskId) => looks.last(taskId),
      },
      onRemoved: (taskId) => {
        this.#removed.add(taskId);
        looks.forget(taskId);
        this.own.forget(taskId);
      },
    });
    looks.onRow = (row, { number }) => {
      const isReal = states(row.id).some((state) => state !== null && isSame(state, row));
      assertions.hold(0, isReal, () => `the server answers #${number} with what it never was: ${brief(row)}`);
    };
    this.#attend(from);
  }

  /** The checker that is subscribed all the time, except while all rest. */
  get main(): Checker | undefined {
    return this.#main?.checker;
  }

  get isResting(): boolean {
    return this.#main === undefined;
  }

  /** Where the watch stands now. */
  position(): Position {
    const cursor = this.watch.cursor();
    return {
      cursor: this.#doubles.cursor === undefined ? cursor : this.#doubles.cursor(cursor),
      rows: this.watch.snapshot().tasks,
      moments: new Set(this.audience.moments),
    };
  }

  /** Sets whether the browser is visible, and whether it has a network. */
  become(state: { readonly isVisible: boolean; readonly isOnline: boolean }): void {
    this.#world.browser.become(state);
    this.#allow();
  }

  /** Another subscriber comes. */
  join(manner: Manner, isIterating = false): void {
    this.audience.join(this.watch, manner, undefined, isIterating);
  }

  /** The subscriber who came last, the main one apart, leaves. */
  leave(): void {
    const last = this.audience.members.findLast((member) => member !== this.#main);
    if (last !== undefined) this.audience.part(last);
  }

  /** Another watch of the same evaluation, with a subscriber of its own. */
  openAnother(from?: Position): void {
    const watch = this.#open(from?.cursor);
    this.#others = [...this.#others, watch];
    this.audience.join(watch, "prompt", from);
  }

  async closeAnother(): Promise<void> {
    const watch = this.#others.at(-1);
    if (watch === undefined) return;
    this.#others = this.#others.slice(0, -1);
    await watch.close();
    for (const member of this.audience.members) {
      if (member.watch !== watch) continue;
      const { name, isEnded } = member.checker;
      this.#assertions.hold(14, isEnded, () => `${name} gets no notice that its watch is closed`);
      this.audience.forget(member);
    }
  }

  /** All listeners stop. */
  async rest(): Promise<void> {
    if (this.isResting) return;
    while (this.#others.length > 0) await this.closeAnother();
    this.#health.isResting = true;
    for (const member of this.audience.members) this.audience.part(member);
    this.#main = undefined;
    this.#unnotice();
    this.#allow();
  }

  /** A listener comes back. */
  wake(): void {
    if (!this.isResting) return;
    this.#health.isResting = false;
    this.#attend(undefined);
    this.#allow();
  }

  /** Holds the watch to what a write has to show in the moment it starts. */
  checkStarted(write: OwnWrite): void {
    this.#shown.checkStarted(write, this.watch.snapshot());
  }

  /** Holds the watch to everything that can be checked while nothing happens. */
  check(): void {
    const { watch } = this;
    const hold = this.#assertions.hold.bind(this.#assertions);
    const snapshot = watch.snapshot();
    hold(14, watch.snapshot() === snapshot, () => "two snapshots of one moment are two objects");
    this.waking.check(watch.stats().requestsPerMinute);
    this.#health.check(watch.status, this.#world.browser.isOnline());
    this.#shown.check(snapshot);
    const wrong = this.own.wronglyRefused();
    hold(7, wrong === undefined, () => `${wrong?.id} (${wrong?.what}) is said to be refused, and took effect`);
    if (this.#main === undefined) return;
    const isNoticed = this.#noticed === undefined || this.#noticed === snapshot;
    hold(3, isNoticed, () => "the snapshot is another one, and no listener was notified");
    for (const member of this.audience.members) {
      if (this.#isWaiting(member) || member.checker.manner === "slow") continue;
      this.audience.compare(member, snapshot, member === this.#main ? 2 : member.isResumed ? 16 : 3);
    }
    const isOnline = this.#world.trace.elapsed - this.#lookingSince > noticedMillis;
    this.#leases.check(watch, this.#main.checker, this.#world.settings.leads, isOnline);
  }

  /** Compares what the events add up to with the snapshot, for all listeners, the slow ones too. */
  compareAll(): void {
    const snapshot = this.watch.snapshot();
    for (const member of this.audience.members) {
      if (this.#isWaiting(member)) continue;
      this.audience.compare(member, snapshot, member.checker.manner === "slow" ? 4 : 3);
    }
  }

  /** Whether everything that ends has ended, for those who listened. */
  checkEnded(): void {
    for (const { checker } of this.audience.members) {
      this.#assertions.hold(14, checker.isEnded, () => `${checker.name} gets no notice that it is over`);
    }
  }

  async close(): Promise<void> {
    while (this.#others.length > 0) await this.closeAnother();
    this.#unnotice();
    await this.watch.close();
  }

  #clientOf(name: string): SGPClient {
    const { network, clientClock, seed } = this.#world;
    const fetch = network.fetchOf(name);
    return new SGPClient({
      apiKey: "ada",
      baseURL: "http://evalwire.localhost",
      fetch: this.#doubles.fetch?.(fetch, this.#world) ?? fetch,
      clock: this.#doubles.clock?.(clientClock, this.#world) ?? clientClock,
      seed: `${seed}/${name}`,
      timeout: timeoutMillis,
    });
  }

  #open(cursor: string | undefined): Watch {
    const { settings, host, browser } = this.#world;
    const { pageSize, requestsPerMinute, interval, leads } = settings;
    const client = host.subject.api === "v4" ? this.#client : this.#client.v5;
    const watch = client.watch(host.evaluationId, {
      pageSize,
      requestsPerMinute,
      interval,
      expiring: leads,
      environment: browser,
      ...(host.deployment.isHistoryWanted ? { history: true } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return this.#doubles.watch?.(watch, this.#world) ?? watch;
  }

  /** Whether a member that was given a cursor has to wait for two scans, which show present and removed tasks. */
  #isWaiting({ isResumed, watch }: Member): boolean {
    return isResumed && watch.stats().completeScans < 2;
  }

  #attend(from: Position | undefined): void {
    this.#main = this.audience.join(this.watch, "prompt", from);
    this.#listeningSince = this.#world.trace.elapsed;
    this.#noticed = undefined;
    this.#unnotice = this.watch.onChange(() => {
      this.#noticed = this.watch.snapshot();
    });
  }

  /** States shown before do not wait for a history any more. */
  #waitsSince(): number {
    const since = this.#world.trace.elapsed - historyMillis;
    return this.isResting || since <= this.#listeningSince ? Number.NEGATIVE_INFINITY : since;
  }

  #allow(): void {
    const { browser, trace } = this.#world;
    if (this.isResting || !browser.isOnline()) this.#lookingSince = Number.POSITIVE_INFINITY;
    else if (!Number.isFinite(this.#lookingSince)) this.#lookingSince = trace.elapsed;
    this.traffic.forbid(
      this.isResting ? "there are no listeners" : browser.isOnline() ? undefined : "there is no network",
    );
  }

  /** Whether two complete passes since a task was last shown have missed it, one of them since it was last written to. */
  #isMissed(taskId: string, testCaseResultId: string | null): boolean {
    const seenAt = this.looks.seen.get(taskId)?.began ?? Number.NEGATIVE_INFINITY;
    const writes = this.own.of(taskId).filter((write) => isLaidOver(write, taskId));
    const writtenAt = Math.max(...writes.map(({ endedAt }) => endedAt ?? Number.POSITIVE_INFINITY));
    const missed = this.looks.passes.filter(
      (pass) => pass.isComplete && pass.began >= seenAt && !pass.tasks.has(taskId),
    );
    if (missed.length >= 2 && missed.at(-1)!.began >= writtenAt) return true;
    // Where the totals do not add up a look at the task itself confirms it.
    const missingAt = this.looks.missingAt(testCaseResultId);
    return missingAt !== undefined && missingAt >= seenAt && missingAt >= writtenAt;
  }
}
