/**
 * Cost of following an evaluation: requests in a scripted day, and how long until a change is seen, on a simulated clock. A watch against
 * polling everything at a fixed interval, as SWR's `refreshInterval` and TanStack Query's `refetchInterval` do.
 */
import { instantOf, SGPClient, type WatchEvent, type WatchOptions } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import { hold, type Line } from "./budget.ts";
import { table } from "./measure.ts";
import { evaluationId, evaluationOf, type Facts, itemOf, taskId } from "./page.ts";
import { random } from "./texts.ts";

const count = 500;
const people = 10;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const midnight = Date.UTC(2030, 0, 1);
const leaseMillis = 30 * minute;

/** At a moment of the day a task is in another state. */
interface Change {
  /** Milliseconds since midnight. */
  readonly at: number;
  readonly number: number;
  readonly facts: Facts;
  /** Whether it is a lease's end that the server has noticed. */
  readonly isExpiry: boolean;
}

const iso = (at: number) => new Date(midnight + at).toISOString();

const unclaimed = (at: number): Facts => ({
  status: "PENDING",
  assigned_to: null,
  assignment_expires_at: null,
  updated_at: iso(at),
});

/**
 * From nine to five, with an hour for lunch, ten people take the next task, work on it for 4 to 20 minutes and finish it; one
 * time in twelve they leave it lying until its lease ends.
 */
const script = (): ReadonlyArray<Change> => {
  const next = random(11);
  const changes: Array<Change> = [];
  const free = people;
  const readyAt = Array.from({ length: free }, () => 9 * hour + next() * 10 * minute);
  let task = 0;
  const isOff = (at: number) => at >= 17 * hour || (at >= 12 * hour && at < 13 * hour);
  while (task < count) {
    const person = readyAt.indexOf(Math.min(...readyAt));
    const at = readyAt[person]!;
    if (at >= 17 * hour) break;
    if (isOff(at)) {
      readyAt[person] = 13 * hour + next() * 10 * minute;
      continue;
    }
    const number = task++;
    const put = (when: number, facts: Partial<Facts>, isExpiry = false) => {
      const at = Math.round(when);
      changes.push({ at, number, facts: { ...unclaimed(at), ...facts }, isExpiry });
    };
    const assigned_to = `person ${person}`;
    put(at, { assigned_to, assignment_expires_at: iso(Math.round(at) + leaseMillis) });
    const isLeft = next() < 1 / 12;
    const endsAt = isLeft ? Math.round(at) + leaseMillis : at + (4 + next() * 16) * minute;
    if (isLeft) put(endsAt, {}, true);
    else put(endsAt, { status: "COMPLETED", assigned_to });
    readyAt[person] = endsAt + next() * 2 * minute;
  }
  return changes.sort((one, other) => one.at - other.at);
};

const changes = script();

/** A platform that lives through the day, asked by the clock it is given. */
const platform = (clock: SimulatedClock) => {
  const states = Array.from({ length: count }, () => unclaimed(0));
  let done = 0;
  let requests = 0;
  const live = () => {
    while (done < changes.length && midnight + changes[done]!.at <= clock.now()) {
      const { number, facts } = changes[done++]!;
      states[number] = facts;
    }
  };
  const answer = (path: string, query: URLSearchParams): unknown => {
    const [result] = path.match(/(?<=test-case-results\/)[0-9a-f]{8}/) ?? [];
    if (result !== undefined) return itemOf(Number.parseInt(result, 16), states[Number.parseInt(result, 16)]!);
    if (!path.endsWith("/test-case-results")) {
      return evaluationOf(count, states.filter(({ status }) => status === "COMPLETED").length);
    }
    const page = Number(query.get("page"));
    const limit = Number(query.get("limit"));
    const items = states.slice((page - 1) * limit, page * limit);
    return {
      items: items.map((facts, index) => itemOf((page - 1) * limit + index, facts)),
      current_page: page,
      items_per_page: limit,
      total_item_count: count,
    };
  };
  const fetch = async (address: string) => {
    requests++;
    live();
    const { pathname, searchParams } = new URL(address);
    const headers = { date: new Date(clock.now()).toUTCString() };
    return Response.json(answer(pathname, searchParams), { headers });
  };
  return { fetch: clock.trackFetch(fetch), requests: () => requests };
};

interface Seen {
  readonly requests: number;
  /** Milliseconds from each change to its being seen, for those that were. */
  readonly delays: ReadonlyArray<number>;
  /** Milliseconds from a lease's end to its event. */
  readonly expiries: ReadonlyArray<number>;
}

const watched = async (options: WatchOptions): Promise<Seen> => {
  const clock = new SimulatedClock({ startAt: midnight });
  const { fetch, requests } = platform(clock);
  const client = new SGPClient({ apiKey: "a key", baseURL: "https://sgp.example.invalid", clock, seed: 1, fetch });
  const watch = client.watch(evaluationId, options);
  const awaited = new Map(changes.map((change) => [`${taskId(change.number)} ${change.facts.updated_at}`, change]));
  const delays: Array<number> = [];
  const expiries: Array<number> = [];
  const ended = new Set<string>();
  watch.subscribe((event: WatchEvent) => {
    // Where a poll shows that the server has taken the task back before the clocks' error has passed, that reports the end.
    if (event.type === "assignment.expired" || event.type === "assignment.released") {
      const late = clock.now() - instantOf(event.lease.expiresAt!)!;
      const lease = `${event.taskId} ${event.lease.expiresAt}`;
      if (late >= 0 && !ended.has(lease)) expiries.push(late);
      ended.add(lease);
    }
    if (!("current" in event) || !("taskId" in event) || event.current === null) return;
    const key = `${event.taskId} ${event.current.updated_at}`;
    const change = awaited.get(key);
    if (change === undefined) return;
    awaited.delete(key);
    delays.push(clock.now() - midnight - change.at);
  });
  await clock.advance("24 hours");
  await watch.close();
  return { requests: requests(), delays, expiries };
};

/** Everything is requested every `interval` milliseconds, counted and not sent: a change is seen at the next request. */
const atInterval = (interval: number, pages: number): Seen => {
  const overtakenAt = new Map<number, number>();
  const delays: Array<number> = [];
  const expiries: Array<number> = [];
  for (const { at, number, isExpiry } of changes.toReversed()) {
    const seenAt = Math.ceil(at / interval) * interval;
    if (seenAt < (overtakenAt.get(number) ?? Number.POSITIVE_INFINITY)) {
      delays.push(seenAt - at);
      if (isExpiry) expiries.push(seenAt - at);
    }
    overtakenAt.set(number, at);
  }
  return { requests: Math.floor(day / interval) * pages, delays, expiries };
};

/** The quantile of the delays at this share. */
const quantile = (delays: ReadonlyArray<number>, share: number): number => {
  const sorted = delays.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
};

const middle = (delays: ReadonlyArray<number>): number => quantile(delays, 0.5);

const seconds = (millis: number | undefined): string =>
  millis === undefined ? "–" : `${(millis / 1000).toFixed(1)} s`;

const row = (name: string, { requests, delays, expiries }: Seen) => [
  name,
  requests.toLocaleString("en"),
  ...[0.5, 0.95, 1].map((share) => seconds(quantile(delays, share))),
  `${changes.length - delays.length}`,
  expiries.length === 0 ? "–" : seconds(Math.max(...expiries)),
];

const expired = changes.filter(({ isExpiry }) => isExpiry).length;
console.log(`${count} tasks, ${people} people, ${changes.length} changes, of which ${expired} expired leases.\n`);

const lines: Array<Line> = [];
for (const [pages, options] of [
  [1, {}],
  [5, { pageSize: count / 5 }],
  [1, { requestsPerMinute: 1 }],
] as const) {
  const ours = await watched(options);
  if (ours.expiries.length !== expired)
    throw new Error(`${ours.expiries.length} of ${expired} ends of leases were reported`);
  const equal = (day * pages) / ours.requests;
  const asOften = atInterval(equal, pages);
  const perMinute = "requestsPerMinute" in options ? ", one request a minute" : "";
  const asQuick = atInterval(2 * middle(ours.delays), pages);
  table(
    [
      `a scan is ${pages === 1 ? "1 page" : `${pages} pages`}${perMinute}`,
      "requests a day",
      "seen after, the middle one",
      "95th of 100",
      "the longest",
      "never seen",
      "lease end reported after, the longest",
    ],
    [
      row("evalwire, as it comes", ours),
      row(`every ${seconds(equal)}, as many requests`, asOften),
      row(`every ${seconds(2 * middle(ours.delays))}, as soon in the middle`, asQuick),
      row("every 2 s", atInterval(2_000, pages)),
      row("every minute", atInterval(minute, pages)),
    ],
  );
  const times = (asQuick.requests / ours.requests).toFixed(2);
  const sooner = (middle(asOften.delays) / middle(ours.delays)).toFixed(2);
  console.log(
    `As soon in the middle, a fixed interval asks ${times} × as often; as often, it is ${sooner} × as late.\n`,
  );
  if (perMinute !== "") continue;
  for (const [name, share] of [
    ["the middle", 0.5],
    ["the 95th of 100", 0.95],
  ] as const) {
    lines.push({
      question: `seen after / a fixed interval's with as many requests, ${name}, ${pages === 1 ? "1 page" : `${pages} pages`}`,
      figure: quantile(ours.delays, share) / quantile(asOften.delays, share),
      unit: "×",
      budget: { most: 1 },
    });
  }
}
hold(lines);
