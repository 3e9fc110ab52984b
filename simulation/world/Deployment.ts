/**
 * How the platform is deployed, and how it is reached: what stays as it is over one simulation, where accidents come and go.
 *
 * Each fault is drawn by itself, so that seeds mix them, and from a stream of its own, so that a plan is the same with them and without.
 */
import { Rng } from "../Rng.ts";

/** A server that answers reads from a copy of the leader's database. */
export interface Replica {
  /** By how much its clock is ahead of the leader's, in milliseconds; at 0 both follow the same one. */
  readonly offsetMillis: number;
  /** How long a change of the leader takes to arrive, in milliseconds. */
  readonly lagMillis: number;
}

export interface Deployment {
  /** Reads are answered by the leader or one of these, writes by the leader. */
  readonly replicas: ReadonlyArray<Replica>;
  /** Before what share of list requests the items, which all sort alike, take another order; 0 where they keep it. */
  readonly reorders: number;
  /** The most items in a page, for any requested size, which is echoed. */
  readonly pageCap: number | undefined;
  /** By how much the clocks run fast, in parts per million: the server's, and the client's wall clock against its monotonic one. */
  readonly serverPpm: number;
  readonly clientPpm: number;
  /** How many bytes of an answer come in a second; infinite where that takes no time. */
  readonly bytesPerSecond: number;
  /** Whether the watches request the histories of results, which this platform has in every deployment. */
  readonly isHistoryWanted: boolean;
}

export const plain: Deployment = {
  replicas: [],
  reorders: 0,
  pageCap: undefined,
  serverPpm: 0,
  clientPpm: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  isHistoryWanted: false,
};

/** `history` is none by itself: it is what the others may spoil. */
export const faults = [
  "replica-clock",
  "replica-lag",
  "page-order",
  "page-cap",
  "clock-drift",
  "slow-line",
  "history",
] as const;

export type Fault = (typeof faults)[number];

/** How often each is drawn. */
const share = 0.15;
const shareOfHistory = 0.3;

// A pair of quartz clocks; what a watch allows for is 200.
const ppms = [-150, -60, -20, 20, 60, 150];

const replicasOf = (rng: Rng, isAny: (fault: Fault) => boolean): ReadonlyArray<Replica> => {
  const offsets = [-40_000, -5_000, -900, -300, 300, 900, 5_000, 40_000];
  const lags = [200, 1_500, 4_000, 15_000];
  return Array.from({ length: rng.whole(1, 2) }, () => {
    const [offset, lag] = [rng.of(offsets), rng.of(lags)];
    return { offsetMillis: isAny("replica-clock") ? offset : 0, lagMillis: isAny("replica-lag") ? lag : 0 };
  });
};

/** Draws a deployment. @param wanted the faults that it has; default: each as it is drawn */
export const draw = (seed: number, wanted?: ReadonlyArray<Fault>): Deployment => {
  const drawn = faults.filter((fault) =>
    new Rng(seed, "deployment", fault).is(fault === "history" ? shareOfHistory : share),
  );
  const present = new Set(wanted ?? drawn);
  const isAny = (fault: Fault) => present.has(fault);
  const of = (fault: Fault) => new Rng(seed, "deployment", fault, "how");
  const drift = of("clock-drift");
  const ppm = () => (isAny("clock-drift") ? drift.of(ppms) : 0);
  return {
    replicas: isAny("replica-clock") || isAny("replica-lag") ? replicasOf(of("replica-clock"), isAny) : [],
    reorders: isAny("page-order") ? of("page-order").of([0.1, 0.3, 1]) : 0,
    pageCap: isAny("page-cap") ? of("page-cap").of([1, 2, 3, 5]) : undefined,
    serverPpm: ppm(),
    clientPpm: ppm(),
    bytesPerSecond: isAny("slow-line") ? of("slow-line").of([800, 2_000, 6_000]) : Number.POSITIVE_INFINITY,
    isHistoryWanted: isAny("history"),
  };
};

/** The faults that a deployment has. */
export const faultsOf = (deployment: Deployment): ReadonlyArray<Fault> => {
  const { replicas, reorders, pageCap, serverPpm, clientPpm, bytesPerSecond, isHistoryWanted } = deployment;
  const has: Record<Fault, boolean> = {
    "replica-clock": replicas.some(({ offsetMillis }) => offsetMillis !== 0),
    "replica-lag": replicas.some(({ lagMillis }) => lagMillis > 0),
    "page-order": reorders > 0,
    "page-cap": pageCap !== undefined,
    "clock-drift": serverPpm !== 0 || clientPpm !== 0,
    "slow-line": Number.isFinite(bytesPerSecond),
    history: isHistoryWanted,
  };
  return faults.filter((fault) => has[fault]);
};

/** So long after a change of the leader every server shows it, in milliseconds. */
export const lagMillis = ({ replicas }: Deployment): number => Math.max(0, ...replicas.map((each) => each.lagMillis));

/** Whether the servers' clocks differ. */
export const haveClocksOfTheirOwn = ({ replicas }: Deployment): boolean =>
  replicas.some(({ offsetMillis }) => offsetMillis !== 0);
