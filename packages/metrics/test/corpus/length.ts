// The `setup` module of a worker pool in the tests: a scorer of its own.
import { type Scorer, single } from "../../src/index.ts";

const length: Scorer = {
  prepare: () =>
    single(({ candidate }) => {
      if (candidate === "throw") throw new Error("as asked");
      return { score: candidate.length, signature: "length" };
    }),
};

export default () => ({ scorers: { length } });
