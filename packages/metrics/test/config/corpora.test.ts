import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extendedScorers } from "../../src/extended/index.ts";
import { computeMetrics, planMetrics } from "../../src/index.ts";

describe("scores of a corpus", () => {
  /** The score of a corpus, and the same from the counts that `score` leaves, record by record. */
  const corpusOf = (type: string, params: Record<string, unknown>, pairs: ReadonlyArray<readonly [string, string]>) => {
    const plan = planMetrics({ components: [{ name: "m", type, params }] }, { scorers: extendedScorers });
    return Array.from(plan.corpora, ([key, { metric, place }]) => {
      const sums: Array<number> = [];
      for (const [output, expected_output] of pairs) {
        const texts = plan.read({ test_case_data: { expected_output }, test_case_output: { output } });
        plan.score(texts);
        metric.countsOf(texts[place]!).forEach((count, at) => {
          sums[at] = (sums[at] ?? 0) + count;
        });
      }
      return { key, score: metric.scoreOf(sums), signature: metric.signatureOf(1) };
    });
  };
  const short = [
    ["the cat sat", "the cat slept"],
    ["a dog", "a dog"],
  ] as const;
  const longer = [
    ["the cat sat on the mat today", "the cat sat on a mat today"],
    ["a dog ran", "a dog slept"],
  ] as const;

  // sacrebleu 2.6.0, BLEU(effective_order=…).corpus_score.
  it.each([
    [{}, short, 0, "eff:no"],
    [{ use_effective_order: false }, short, 0, "eff:no"],
    [{ use_effective_order: true }, short, 64.36595897370862, "eff:yes"],
  ])("sacrebleu's BLEU leaves out no order of a corpus unless params say so: %j", (params, pairs, score, effective) => {
    const [corpus] = corpusOf("sacrebleu", params, pairs);
    expect(corpus).toMatchObject({ key: "m", score: expect.closeTo(score, 11) });
    expect(corpus!.signature).toContain(`|${effective}|`);
    const plan = planMetrics({ components: [{ name: "m", type: "sacrebleu", params }] });
    const sentence = "use_effective_order" in params && !params.use_effective_order ? "eff:no" : "eff:yes";
    expect(plan.signatures([{ candidate: "", references: [""] }])[0]).toContain(`|${sentence}|`);
  });

  // NLTK 3.8, corpus_bleu of the words between blanks.
  it("NLTK's BLEU is that of corpus_bleu, for each list of weights", () => {
    const whitespace = { tokenizer: "whitespace" };
    expect(corpusOf("bleu", whitespace, longer)).toMatchObject([{ key: "m", score: 0.42728700639623407 }]);
    expect(corpusOf("bleu", { ...whitespace, smoothing: 4 }, longer)[0]!.score).toBe(0.42728700639623407);
    const weights = [[1], [0.5, 0.5]];
    expect(corpusOf("bleu", { ...whitespace, weights, lowercase: true }, longer)).toMatchObject([
      { key: "m/1", score: 0.8, signature: expect.stringContaining("|case:lc|") },
      {
        key: "m/0.5,0.5",
        score: expect.closeTo(Math.SQRT1_2, 15),
        signature: expect.stringContaining("|of:0.5,0.5"),
      },
    ]);
    // These need more of the last pair than sums.
    for (const smoothing of [5, 6, 7]) expect(corpusOf("bleu", { smoothing }, longer)).toEqual([]);
  });

  const word = fc.constantFrom("the", "cat", "Cat", "sat", "on", "mat.", "x");
  const text = fc.array(word, { maxLength: 9 }).map((words) => words.join(" "));
  it.each(["bleu", "sacrebleu", "chrf", "ter", "wer", "cer"])(
    "of one record is the record's own, counted once: %s",
    (type) => {
      fc.assert(
        fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }), (pairs) => {
          const params = type === "sacrebleu" ? { use_effective_order: true } : {};
          const config = { components: [{ name: "m", type, params }] };
          for (const [output, expected_output] of pairs) {
            const record = { test_case_data: { expected_output }, test_case_output: { output } };
            const single = computeMetrics(config, record, { scorers: extendedScorers })["m"];
            expect(corpusOf(type, params, [[output, expected_output]])[0]!.score).toBe(single);
          }
        }),
      );
    },
  );
});
