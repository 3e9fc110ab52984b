// The `setup` module of a worker pool in the tests: a scorer of its own.
import { type Scorer, single } from "../../src/index.ts";

const length = (unit: number): Scorer => ({
  prepare: () =>
    single(
      ({ candidate }) => {
        if (candidate === "throw") throw new Error("as asked");
        return candidate.length * unit;
      },
      () => `length|unit:${unit}`,
    ),
});

export default (data?: unknown) => ({ scorers: { length: length((data as { unit: number } | undefined)?.unit ?? 1) } });
