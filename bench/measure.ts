/**
 * Time, measured so that it can be compared: contenders take turns in one process, round by round, so that a slow minute of the machine
 * hits all of them, and the least disturbed round of each counts.
 */

export interface Contender {
  readonly name: string;
  /** Does its whole work once. */
  readonly run: () => unknown;
  /** How many pairs (or other units) that work is. */
  readonly units: number;
}

export interface Timing {
  readonly name: string;
  /** Of the fastest round, in microseconds a unit. */
  readonly best: number;
  /** Of the middle round, in microseconds a unit. */
  readonly median: number;
}

/**
 * Milliseconds that `work` keeps this thread busy: time the machine gives to others meanwhile does not count, nor do the compiler's and
 * the collector's own threads.
 */
export const timed = (work: () => unknown): number => {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
};

/** A round lasts at least so many milliseconds: some kernels count a thread's time in ticks of several. */
const shortestRound = 250;

/** Times the work is done in a round. The work is warm afterwards. */
const repeats = (run: () => unknown): number => {
  for (let times = 1; ; times *= 2) {
    const millis = timed(() => again(run, times));
    if (millis >= shortestRound) return times;
    // From far below, go most of the way at once.
    if (millis > 20) times = Math.max(Math.floor((times * shortestRound) / millis / 2), times);
  }
};

const again = (run: () => unknown, times: number): void => {
  for (let time = 0; time < times; time++) run();
};

/** Rounds of all contenders in turn, after a warm-up. */
export const inTurn = (contenders: ReadonlyArray<Contender>, rounds: number): ReadonlyArray<Timing> => {
  const prepared = contenders.map((contender) => ({
    ...contender,
    times: repeats(contender.run),
    micros: [] as Array<number>,
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { run, units, times, micros } of prepared) {
      micros.push((timed(() => again(run, times)) * 1000) / units / times);
    }
  }
  return prepared.map(({ name, micros }) => {
    const sorted = micros.sort((one, other) => one - other);
    return { name, best: sorted[0]!, median: sorted[sorted.length >> 1]! };
  });
};

const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);

/** A Markdown table of numbers and words. */
export const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string | number>>): void => {
  const lines = rows.map((row) => row.map((cell) => (typeof cell === "number" ? digits(cell) : cell)));
  for (const row of [head, head.map(() => "---"), ...lines]) console.log(`| ${row.join(" | ")} |`);
  console.log();
};
