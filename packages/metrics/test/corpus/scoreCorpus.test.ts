import { describe, expect, it } from "vitest";
import { BadLine, scoreCorpus } from "../../src/corpus/index.ts";
import { type MetricRecord, type Scorer, single } from "../../src/index.ts";
import { collect } from "./collect.ts";

const config = {
  components: [
    { name: "same", type: "rouge1", mappings: { candidate: "item.is", reference: "item.was" } },
    {
      name: "overlap",
      type: "rouge",
      params: { score_types: ["rougeL"] },
      mappings: { candidate: "item.is", reference: "item.was" },
    },
  ],
};

const records = (count: number): Array<MetricRecord> =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, is: `word${index} both`, was: `other both` }));

describe("scoreCorpus", () => {
  it.each<[source: unknown, what: string]>([
    ["records.jsonl", "string"],
    [undefined, "undefined"],
    [{ records: [] }, "an object"],
    [{ format: "csv", entries: [] }, "what openRecords gives"],
  ])("says how a file is read when it is given %j for records", async (source, what) => {
    await expect(scoreCorpus(source as never, config).next()).rejects.toThrow(
      `scoreCorpus: the source is a list or stream of records, not ${what}; of a file: (await openRecords(file)).entries`,
    );
  });

  it("gives the numbers of each record in order, with signatures and progress", async () => {
    const results = await collect(scoreCorpus(records(3), config));
    expect(results.map(({ id, index }) => [id, index])).toEqual([
      ["r0", 0],
      ["r1", 1],
      ["r2", 2],
    ]);
    expect(results[2]).toEqual({
      _tag: "scored",
      record: { id: "r2", is: "word2 both", was: "other both" },
      id: "r2",
      index: 2,
      metrics: { same: 0.5, "overlap/rougeL": 0.5 },
      signatures: {
        same: "rouge1|nrefs:1|stem:no|tok:rouge|impl:rouge_score-0.1.2|measure:fmeasure",
        "overlap/rougeL": "rougeL|nrefs:1|stem:no|tok:rouge|impl:rouge_score-0.1.2|measure:fmeasure",
      },
      withoutTokens: [],
      progress: { done: 3, failed: 0, skipped: 0, total: 3 },
    });
  });

  it("says of a record whose letters are no tokens which components saw nothing", async () => {
    const [result] = await collect(scoreCorpus([{ is: "สวัสดี", was: "สวัสดี" }], config));
    expect(result).toMatchObject({ metrics: { same: 0 }, withoutTokens: ["same", "overlap"] });
  });

  it("gives each result the thing its source gave, which may hold more than the record", async () => {
    const lines = records(3).map((value, index) => ({ line: index + 1, value: index === 1 ? "text" : value }));
    const done: Array<number> = [];
    const run = scoreCorpus(lines, config, {
      recordOf: ({ value }) => value,
      idOf: (record, index, { line }) => `${record.id}/${index}/${line}`,
      isDone: (id, { line }) => {
        done.push(line);
        return id === "r0/0/1";
      },
    });
    const results = await collect(run);
    expect(results.map(({ record, id }) => [record.line, id])).toEqual([
      [2, "1"],
      [3, "r2/2/3"],
    ]);
    expect(results[1]!.record).toBe(lines[2]);
    expect(done).toEqual([1, 3]);
  });

  it("gives records with equally many references one object of signatures", async () => {
    const source = records(4).map((record, index) => (index === 2 ? { ...record, was: ["a", "b"] } : record));
    const [first, second, third, fourth] = await collect(scoreCorpus(source, config));
    const signaturesOf = (one: typeof first) => (one?._tag === "scored" ? one.signatures : undefined);
    expect(signaturesOf(second)).toBe(signaturesOf(first));
    expect(signaturesOf(third)).not.toEqual(signaturesOf(first));
    expect(signaturesOf(fourth)).toBe(signaturesOf(first));
  });

  it("has room for any key, that of every object's prototype as well", async () => {
    const components = [{ ...config.components[0]!, name: "__proto__" }];
    const [result] = await collect(scoreCorpus(records(1), { components }));
    expect(result?._tag === "scored" && Object.entries(result.metrics)).toEqual([["__proto__", 0.5]]);
  });

  it("reads no record before the result of the one before has been taken", async () => {
    let pulled = 0;
    async function* source() {
      for (const record of records(10)) {
        pulled++;
        yield record;
      }
    }
    const run = scoreCorpus(source(), config);
    for (let taken = 1; taken <= 3; taken++) {
      await run.next();
      expect(pulled).toBe(taken);
    }
    await run.return();
  });

  it("reports a bad record in its place and goes on", async () => {
    const source = [records(1)[0], "text", new BadLine(3, "not JSON: oops"), { is: "a" }, { id: 5, is: "b", was: "b" }];
    const results = await collect(scoreCorpus(source, config));
    expect(results.map((one) => (one._tag === "failed" ? one.error.message : one.id))).toEqual([
      "r0",
      "record 1: it is not an object",
      "record 2: line 3 is not JSON: oops",
      'component "same": mapping reference: item.was leads nowhere, there is no "was" (record 3)',
      "5",
    ]);
    expect(results.at(-1)!.progress).toEqual({ done: 5, failed: 3, skipped: 0, total: 5 });
  });

  it("ends the run at a bad record when asked to, and closes the source", async () => {
    let isClosed = false;
    function* source() {
      try {
        yield records(1)[0];
        yield null;
        yield records(1)[0];
      } finally {
        isClosed = true;
      }
    }
    const run = scoreCorpus(source(), config, { onBadRecord: "throw" });
    expect((await run.next()).value).toMatchObject({ id: "r0" });
    await expect(run.next()).rejects.toThrow("record 1: it is not an object");
    expect(isClosed).toBe(true);
  });

  it("costs a record whose scorer fails its numbers, and no other", async () => {
    const picky: Scorer = {
      prepare: () =>
        single(
          ({ candidate }) => {
            if (candidate.startsWith("word1")) throw new Error("no, not this one");
            return 1;
          },
          () => "picky",
        ),
    };
    const one = {
      components: [{ name: "p", type: "picky", mappings: { candidate: "item.is", reference: "item.was" } }],
    };
    const results = await collect(scoreCorpus(records(3), one, { scorers: { picky } }));
    expect(results.map(({ _tag }) => _tag)).toEqual(["scored", "failed", "scored"]);
    expect(results[1]).toMatchObject({ error: { message: "record r1: its scorer failed: Error: no, not this one" } });
  });

  it("resumes where an earlier run stopped: done + rest = all", async () => {
    const all = await collect(scoreCorpus(records(5), config));
    const done = new Set(all.slice(0, 2).map(({ id }) => id));
    const rest = await collect(scoreCorpus(records(5), config, { isDone: (id) => done.has(id) }));
    expect(rest.map(({ id }) => id)).toEqual(["r2", "r3", "r4"]);
    expect(rest.at(-1)!.progress).toEqual({ done: 5, failed: 0, skipped: 2, total: 5 });
  });

  it("reports rate and time left by the clock it is given", async () => {
    let millis = 0;
    const now = () => {
      millis += 500;
      return millis;
    };
    const results = await collect(scoreCorpus(records(4), config, { now }));
    expect(results.map(({ progress }) => [progress.ratePerSecond, progress.etaSeconds])).toEqual([
      [2, 1.5],
      [2, 1],
      [2, 0.5],
      [2, 0],
    ]);
  });

  it("stops at once when aborted, though the source never answers, and forgets the signal", async () => {
    const abort = new AbortController();
    let listening = 0;
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: any) => {
      listening++;
      add(type, listener);
    };
    signal.removeEventListener = (type: string, listener: any) => {
      listening--;
      remove(type, listener);
    };
    async function* source() {
      yield records(1)[0];
      await new Promise(() => {});
    }
    const run = scoreCorpus(source(), config, { signal });
    expect((await run.next()).value).toMatchObject({ id: "r0" });
    const stuck = run.next();
    expect(listening).toBe(1);
    abort.abort(new Error("enough"));
    await expect(stuck).rejects.toThrow("enough");
    expect(listening).toBe(0);
    await expect(scoreCorpus(records(1), config, { signal }).next()).rejects.toThrow("enough");
  });

  it("pauses now and then", async () => {
    let pauses = 0;
    const pause = async () => pauses++;
    await collect(scoreCorpus(records(200), config, { pause }));
    expect(pauses).toBe(3);
  });

  it("refuses a bad config before it reads a record", async () => {
    const never = {
      [Symbol.iterator]: () => {
        throw new Error("was read");
      },
    };
    await expect(scoreCorpus(never, { components: [{ name: "x", type: "nope" }] }).next()).rejects.toThrow(
      /unknown type/,
    );
  });
});
