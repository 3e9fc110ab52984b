/** What `--compare` may say: never more than the records can carry. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evalwire } from "../session.ts";

let folder: string;
const path = (name: string) => join(folder, name);
const write = (name: string, rows: ReadonlyArray<unknown>) => {
  writeFileSync(path(name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path(name);
};

/** Answers with so many of four words right, against four words. */
const rows = (shares: ReadonlyArray<number>) =>
  shares.map((share, at) => ({
    id: `r${at}`,
    output: Array.from({ length: 4 }, (_, word) => (word < share ? `w${word}` : `x${word}`)).join(" "),
    expected: "w0 w1 w2 w3",
  }));

const compare = async (config: string, left: string, right: string, ...args: ReadonlyArray<string>) => {
  const { lines } = await evalwire(["score", "-c", path(config), "--json", "--compare", right, ...args, left]);
  return JSON.parse(lines.at(-1)!);
};
const table = async (left: string, right: string) =>
  (await evalwire(["score", "-c", path("one.json"), "--compare", right, left])).lines;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evalwire-verdicts-"));
  const components = ["rouge1", "f1", "sacrebleu", "ter"].map((type) => ({ name: type, type }));
  writeFileSync(path("one.json"), JSON.stringify({ components: components.slice(0, 1) }));
  writeFileSync(path("all.json"), JSON.stringify({ components }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("--compare", () => {
  it.each([1, 3, 5])("names no winner from %i records, and says that they are too few", async (count) => {
    const good = write("good.jsonl", rows(new Array(count).fill(4)));
    const bad = write("bad.jsonl", rows(Array.from({ length: count }, (_, at) => at % 3)));
    const { comparison, scores } = await compare("all.json", good, bad);
    for (const { better, corpus } of comparison.differences) {
      expect(better).toBe("too little data");
      if (corpus !== undefined) expect(corpus.better).toBe("too little data");
    }
    const least = 2 ** (1 - count);
    expect(comparison.differences[0]).toMatchObject({ randomisationP: least, isExact: true });
    expect(comparison.differences[0].adjustedP).toBeGreaterThan(0.05);
    if (count === 1) {
      expect(comparison.differences[0]).toMatchObject({ low: null, high: null, effectSize: null });
      expect(scores.rouge1).toMatchObject({ low: null, high: null });
    }
    expect((await table(good, bad)).join("\n")).toContain(
      `too few: ${count} ${count === 1 ? "pair" : "pairs"} cannot give a p value below ${least.toFixed(4)}`,
    );
  });

  it("names one from six, by one metric, and not by four of them", async () => {
    const good = write("good.jsonl", rows([4, 4, 4, 3, 4, 4]));
    const bad = write("bad.jsonl", rows([1, 2, 1, 0, 2, 1]));
    const [one] = (await compare("one.json", good, bad)).comparison.differences;
    expect(one).toMatchObject({ better: "left", randomisationP: 1 / 32, adjustedP: 1 / 32 });
    expect(one.effectSize).toBeGreaterThan(one.effectLow);
    expect(one.effectHigh).toBeGreaterThan(one.effectSize);
    const { comparison } = await compare("all.json", good, bad);
    expect(comparison.differences.map(({ better }: { better: string }) => better)).toEqual(
      new Array(4).fill("too little data"),
    );
  });

  it("names none where there is no difference to be seen", async () => {
    const left = write("left.jsonl", rows(Array.from({ length: 30 }, (_, at) => at % 5)));
    const right = write("right.jsonl", rows(Array.from({ length: 30 }, (_, at) => (at + 1) % 5)));
    const { comparison } = await compare("all.json", left, right);
    for (const { better, adjustedP } of comparison.differences) {
      expect(better).toBeNull();
      expect(adjustedP).toBeGreaterThan(0.05);
    }
    const { comparison: same } = await compare("all.json", left, left);
    for (const { better, corpus, effectSize } of same.differences) {
      expect([better, effectSize]).toEqual([null, null]);
      if (corpus !== undefined) expect(corpus).toMatchObject({ difference: 0, bootstrapP: 1, better: null });
    }
  });

  it("pairs no id with a place: a number as an id is not the record at that place", async () => {
    const numbered = rows([4, 0, 4]).map((row, at) => ({ ...row, id: at + 1 }));
    const unnamed = rows([4, 0, 4]).map(({ id, ...row }) => row);
    const [left, right] = [write("ids.jsonl", numbered), write("places.jsonl", unnamed)];
    const run = (...files: ReadonlyArray<string>) => evalwire(["score", "-c", path("one.json"), "--compare", ...files]);
    expect((await run(right, left)).notes.at(-1)).toContain("no record is in both");
    const mixed = write("mixed.jsonl", [...numbered.slice(0, 1), ...unnamed.slice(1)]);
    const { comparison } = await compare("one.json", mixed, right);
    expect(comparison).toMatchObject({ pairs: 2, onlyLeft: ["1"], onlyRight: ["0"] });
  });

  it("says which side has nothing to compare", async () => {
    const [some, none] = [
      write("some.jsonl", rows([4, 3])),
      write(
        "none.jsonl",
        rows([4, 3]).map((row) => ({ ...row, output: null })),
      ),
    ];
    for (const [left, right] of [
      [some, none],
      [none, some],
    ] as const) {
      const { exitCode, notes } = await evalwire(["score", "-c", path("one.json"), "--compare", right, left]);
      expect([exitCode, notes.at(-1)]).toEqual([
        1,
        `evalwire: no record of ${none} was scored: there is nothing to compare`,
      ]);
    }
  });

  it("takes either interval", async () => {
    const left = write("left.jsonl", rows([4, 3, 4, 2, 4, 4, 1, 4]));
    const right = write("right.jsonl", rows([1, 2, 1, 0, 2, 1, 1, 1]));
    const [percentile] = (await compare("one.json", left, right)).comparison.differences;
    const [corrected] = (await compare("one.json", left, right, "--interval", "bca")).comparison.differences;
    expect([percentile.low, percentile.high]).not.toEqual([corrected.low, corrected.high]);
    expect(corrected.low).toBeLessThan(corrected.difference);
  });
});

describe("scores of a corpus", () => {
  it("stand beside the mean, also of each group, and each preset gives its system's number", async () => {
    const file = write(
      "corpus.jsonl",
      rows([4, 3, 4, 2]).map((row, at) => ({ ...row, kind: at % 2 ? "odd" : "even" })),
    );
    const summary = async (...args: ReadonlyArray<string>) =>
      JSON.parse((await evalwire(["score", "-c", path("all.json"), "--json", ...args, file])).lines.at(-1)!);
    const { scores, groups } = await summary("--group-by", "kind");
    expect(scores.ter).toMatchObject({ mean: 18.75, corpus: { score: 18.75 }, scale: [0, 100] });
    expect(scores.sacrebleu.corpus.score).not.toBeCloseTo(scores.sacrebleu.mean, 2);
    expect(scores.sacrebleu.corpus.signature).toContain("nrefs:1|");
    expect(scores.rouge1).toMatchObject({ scale: [0, 1] });
    expect(scores.rouge1.corpus).toBeUndefined();
    expect(groups.map((group: any) => [group.group, group.scores.ter.corpus.score])).toEqual([
      ["even", 0],
      ["odd", 37.5],
    ]);
    const shares = ["bleu", "wer", "cer"].map((type) => ({ name: type, type }));
    writeFileSync(path("shares.json"), JSON.stringify({ components: shares }));
    const ofShares = await evalwire(["score", "-c", path("shares.json"), "--json", file]);
    for (const { type } of shares) {
      const one = JSON.parse(ofShares.lines.at(-1)!).scores[type];
      expect(one).toMatchObject({ corpus: { score: expect.any(Number) }, scale: [0, 1] });
      expect(one.mean).toBeLessThan(1);
    }
    writeFileSync(path("bleu.json"), JSON.stringify({ components: [{ name: "b", type: "bleu" }] }));
    const of = async (preset: string) => {
      const args = ["score", "-c", path("bleu.json"), "--json", "--preset", preset, file];
      return JSON.parse((await evalwire(args)).lines.at(-1)!).scores.b;
    };
    expect(await of("openai")).toMatchObject({ mean: expect.closeTo(scores.sacrebleu.mean / 100, 12), scale: [0, 1] });
  });

  const golden = fileURLToPath(new URL("../../../../../shared/golden/corpus_stats.jsonl", import.meta.url));
  if (!existsSync(golden)) {
    it.skip(`${golden} is not there: the corpus tests were not compared with sacrebleu's`, () => {});
    return;
  }

  it("are tested with sacrebleu's numbers", async () => {
    const line = readFileSync(golden, "utf8")
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => JSON.parse(text))
      .find(({ metric, cases }) => metric === "paired_test" && cases[0].params.metrics.includes("ter"));
    const file = (system: string) =>
      write(
        `${system}.jsonl`,
        line.systems[system].map((output: string, at: number) => ({ output, expected: line.reference_streams[0][at] })),
      );
    const components = ["sacrebleu", "chrf", "ter"].map((type) => ({
      ...{ name: type === "sacrebleu" ? "bleu" : type, type },
      ...(type === "sacrebleu" && { params: { use_effective_order: false } }),
    }));
    writeFileSync(path("mt.json"), JSON.stringify({ components }));
    const { comparison } = await compare("mt.json", file("B"), file("A"));
    const expectedOf = (test: string, key: string) =>
      line.cases.find(({ params }: any) => params.test === test).expected[key].systems;
    for (const { key, corpus } of comparison.differences) {
      expect(corpus.left).toBeCloseTo(expectedOf("paired bs", key).B.score, 10);
      expect(corpus.right).toBeCloseTo(expectedOf("paired bs", key).A.score, 10);
      expect(corpus.bootstrapP).toBe(expectedOf("paired bs", key).B.p_value);
      expect(corpus.randomisationP).toBe(expectedOf("paired ar", key).B.p_value);
    }
  });
});

it("says when rougeLsum is rougeL for lack of line ends", async () => {
  const components = [{ name: "r", type: "rouge", params: { score_types: ["rougeL", "rougeLsum"] } }];
  writeFileSync(path("rouge.json"), JSON.stringify({ components }));
  const run = async (output: string) => {
    const file = write("lines.jsonl", [{ output, expected: "w0 w1\nw2 w3" }]);
    return (await evalwire(["score", "-c", path("rouge.json"), file])).lines.join("\n");
  };
  const note = "r/rougeLsum equals r/rougeL: no text has a line end";
  expect(await run("w2 w3\nw0 w1")).not.toContain(note);
  expect(await run("w0 w1 w2")).toContain(note);
});

it("says so of components of their own, too, and not of sentences", async () => {
  const components = [
    { name: "sum", type: "rougeLsum" },
    { name: "other", type: "rougeL", params: { use_stemmer: true } },
    { name: "whole", type: "rougeL" },
  ];
  writeFileSync(path("rouge.json"), JSON.stringify({ components }));
  const file = write("lines.jsonl", [{ output: "w0 w1 w2", expected: "w0 w1 w3" }]);
  const { lines } = await evalwire(["score", "-c", path("rouge.json"), file]);
  expect(lines.join("\n")).toContain("sum equals whole: no text has a line end");
});

it("says so group by group where groups are different runs, or only some have no line ends", async () => {
  const components = [{ name: "r", type: "rouge", params: { score_types: ["rougeL", "rougeLsum"] } }];
  writeFileSync(path("rouge.json"), JSON.stringify({ components }));
  const run = async (second: string) => {
    const records = ["w0 w1 w2", second].map((output, at) => ({ output, expected: "w0 w1\nw2 w3", slice: `s${at}` }));
    const file = write("groups.jsonl", records);
    const { lines } = await evalwire(["score", "-c", path("rouge.json"), "--group-by", "slice", file]);
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    return { whole: lines.slice(at("all records")).join("\n"), first: lines.slice(at("s0"), at("s1")).join("\n") };
  };
  const note = "r/rougeLsum equals r/rougeL: no text has a line end";
  const both = await run("w2 w3");
  expect([both.whole.includes(note), both.first.includes(note)]).toEqual([true, false]);
  const one = await run("w2 w3\nw0 w1");
  expect([one.whole.includes(note), one.first.includes(note)]).toEqual([false, true]);
});

it("says of how many records a metric sees nothing, in every form", async () => {
  const components = [
    { name: "r", type: "rouge1" },
    { name: "w", type: "rouge1", params: { tokenizer: "words" } },
  ];
  writeFileSync(path("thai.json"), JSON.stringify({ components }));
  const rows = ["สวัสดีชาวโลก", "hello", "12"].map((text, at) => ({ id: `${at}`, output: text, expected: text }));
  const file = write("thai.jsonl", rows);
  const run = (...args: ReadonlyArray<string>) => evalwire(["score", "-c", path("thai.json"), ...args, file]);
  const note = "r sees nothing of 1 record, where a text has letters but none of the tokens it compares";
  for (const workers of ["0", "2"]) {
    const { lines } = await run("--workers", workers);
    expect(lines.join("\n")).toContain(note);
    expect(lines.join("\n")).not.toContain("w sees nothing");
  }
  const { lines } = await run("--json");
  expect(JSON.parse(lines.at(-1)!).withoutTokens).toEqual({ r: 1 });
  await run("--plot", path("thai.html"));
  expect(readFileSync(path("thai.html"), "utf8")).toContain(note);
});
