import * as fc from "fast-check";
import { expect, it } from "vitest";
import { corpusRibes, ribes } from "../../src/extended/index.ts";
import { loadPunkt } from "../../src/punkt.ts";
import { whitespace } from "../../src/tokenize/Tokenizer.ts";
import { wordTokenizer } from "../../src/tokenize/wordTokenize.ts";
import { agrees, type GoldenCase, golden } from "../golden.ts";

const lines = golden("nltk310").filter(({ metric }) => metric === "ribes");
const byId = new Map(golden("nltk310").map((line) => [line.id, line]));
const tokenizers = { whitespace, "nltk.word_tokenize": wordTokenizer(await loadPunkt()) };
const optionsOf = ({ params: { tokenizer, alpha, beta } }: GoldenCase) => ({
  tokenizer: tokenizers[tokenizer as keyof typeof tokenizers],
  alpha,
  beta,
});

it.each(lines)("gives NLTK's $level RIBES for $id", (line) => {
  for (const one of line.cases) {
    const { score } =
      line.level === "corpus"
        ? corpusRibes(
            line.items!.map((id) => ({ candidate: byId.get(id)!.prediction, references: byId.get(id)!.references })),
            optionsOf(one),
          )
        : ribes(line.prediction, line.references, optionsOf(one));
    expect(agrees(score, one.expected.score), `${JSON.stringify(one.params)}: ${score}`).toBe(true);
  }
});

/** The alignment with the search for runs as it is written, in lists. */
const plainOrder = (reference: ReadonlyArray<string>, hypothesis: ReadonlyArray<string>): Array<number> => {
  const places = (text: ReadonlyArray<string>, run: ReadonlyArray<string>) =>
    text.flatMap((_, at) =>
      at + run.length <= text.length && run.every((word, to) => text[at + to] === word) ? [at] : [],
    );
  const order: Array<number> = [];
  hypothesis.forEach((word, at) => {
    const once = (run: ReadonlyArray<string>) =>
      places(reference, run).length === 1 && places(hypothesis, run).length === 1;
    if (!reference.includes(word)) return;
    if (once([word])) {
      order.push(reference.indexOf(word));
      return;
    }
    const most = Math.min(Math.max(at, hypothesis.length - at + 1), reference.length);
    for (let window = 1; window < most; window++) {
      const right = hypothesis.slice(at, at + window + 1);
      if (at + window < hypothesis.length && once(right)) {
        order.push(places(reference, right)[0]!);
        return;
      }
      const left = hypothesis.slice(Math.max(at - window, 0), at + 1);
      if (window <= at && once(left)) {
        order.push(places(reference, left)[0]! + left.length - 1);
        return;
      }
    }
  });
  return order;
};

it("aligns what a search through lists aligns", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, words, (candidate, reference) => {
      const order = plainOrder(reference, candidate);
      const share = order.length / candidate.length;
      const penalty = Math.min(1, Math.exp(1 - reference.length / candidate.length));
      const { score } = ribes(candidate.join(" "), reference.join(" "), { tokenizer: whitespace, alpha: 1, beta: 1 });
      let [rising, run] = [0, 1];
      for (let at = 1; at <= order.length; at++) {
        if (order[at] === order[at - 1]! + 1) run++;
        else {
          rising += (run * (run - 1)) / 2;
          run = 1;
        }
      }
      const tau = order.length < 2 ? 0 : rising / ((order.length * (order.length - 1)) / 2);
      expect(score).toBeCloseTo(tau * share * penalty, 12);
    }),
    { numRuns: 1000 },
  );
});

it("0 ≤ ribes ≤ 1, and 1 for a text of different words like itself", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { minLength: 2 }), fc.string(), (letters, other) => {
      const text = letters.join(" ");
      expect(ribes(text, text, { tokenizer: whitespace }).score).toBe(1);
      const { score } = ribes(other, text);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }),
  );
});
