import fc from "fast-check";
import { expect, it } from "vitest";
import { rougeTokens } from "../../src/index.ts";
import { golden } from "../golden.ts";

it.each(golden("tokens"))("cuts as rouge_score does: $id", ({ prediction, cases }) => {
  for (const { expected } of cases) {
    expect(rougeTokens(prediction)).toEqual(expected.rouge);
    expect(rougeTokens(prediction, { stemmer: true })).toEqual(expected.rouge_stem);
  }
});

const text = fc.string({ unit: "binary", maxLength: 80 });

it("every text has tokens of [a-z0-9] only", () => {
  fc.assert(
    fc.property(text, (any) => {
      for (const token of rougeTokens(any)) expect(token).toMatch(/^[a-z0-9]+$/);
    }),
  );
});

it("tokens(a + break + b) = tokens(a) + tokens(b)", () => {
  const separator = fc.constantFrom(" ", "\n", "-", "\u{1f600}", "\ud800", "é");
  fc.assert(
    fc.property(text, separator, text, (left, between, right) => {
      expect(rougeTokens(left + between + right)).toEqual([...rougeTokens(left), ...rougeTokens(right)]);
    }),
  );
});
