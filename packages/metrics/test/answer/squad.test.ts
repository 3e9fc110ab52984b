import { expect, it } from "vitest";
import { squad, squadNormalize } from "../../src/answer/squad.ts";
import { golden } from "../golden.ts";

const versions = { "squad_v1.1": "1.1", squad_v2: "2.0" } as const;

it.each(golden("squad"))("gives the figures of the official scripts for $id", ({ prediction, references, cases }) => {
  for (const { params, expected } of cases.filter(({ params }) => params.variant in versions)) {
    const version = versions[params.variant as keyof typeof versions];
    const { f1, exactMatch } = squad(prediction, references, { version });
    expect({ f1, exact_match: exactMatch }).toEqual({ f1: expected.f1, exact_match: expected.exact_match });
    if (expected.normalized_prediction !== undefined) {
      expect(squadNormalize(prediction)).toBe(expected.normalized_prediction);
    }
  }
});

it("keeps a word that only looks like an article in ASCII", () => {
  expect(squadNormalize("thé à la")).toBe("thé à la");
});
