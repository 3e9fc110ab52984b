import { expect, it } from "vitest";
import { sacrebleuTokenizers } from "../../src/tokenize/sacrebleu.ts";
import { splitWhitespace } from "../../src/tokenize/whitespace.ts";
import { golden } from "../golden.ts";

it.each(golden("tokens"))("gives sacrebleu's tokens for $id", ({ prediction, cases }) => {
  const { expected } = cases[0]!;
  for (const name of ["13a", "intl", "char", "zh"] as const) {
    expect(sacrebleuTokenizers[name].tokenize(prediction)).toEqual(splitWhitespace(expected[`sacrebleu_${name}`]));
  }
});
