import { expect, it } from "vitest";
import { exactMatch } from "../../src/answer/exactMatch.ts";
import { golden } from "../golden.ts";

it.each(golden("exact_match"))("gives evaluate's exact_match for $id", (line) => {
  const predictions = line["predictions"] as ReadonlyArray<string>;
  for (const { params, expected } of line.cases) {
    const options = {
      ignorePatterns: (params.regexes_to_ignore ?? []).map((source: string) => new RegExp(source)),
      ignoreCase: params.ignore_case,
      ignorePunctuation: params.ignore_punctuation,
      ignoreNumbers: params.ignore_numbers,
    };
    const scores = predictions.map((text, at) => exactMatch(text, line.references[at]!, options).score);
    expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBe(expected.exact_match);
  }
});

it("matches any of several references", () => {
  expect(exactMatch("b", ["a", "b"]).score).toBe(1);
});

it("names what it ignored", () => {
  expect(exactMatch("a", "b", { ignoreCase: true, ignorePatterns: [/the /] }).signature).toBe(
    "exact_match|nrefs:1|case:lc|punct:yes|digits:yes|without:/the /",
  );
});

it("takes out patterns first, then case, punctuation and digits", () => {
  const match = (options: Parameters<typeof exactMatch>[2]) => exactMatch("The 3 Cats!", "cats", options).score;
  const ignorePatterns = [/The /];
  expect(match({ ignoreCase: true, ignorePunctuation: true, ignoreNumbers: true })).toBe(0);
  expect(match({ ignorePatterns: [/The \d /], ignoreCase: true, ignorePunctuation: true })).toBe(1);
  expect(match({ ignorePatterns: [/the \d /], ignoreCase: true, ignorePunctuation: true })).toBe(0);
  expect(
    match({ ignorePatterns: [...ignorePatterns, / /], ignoreCase: true, ignorePunctuation: true, ignoreNumbers: true }),
  ).toBe(1);
});
