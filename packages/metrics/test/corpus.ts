/** Corpora: our own small one, and those that lines of the reference figures point at. */
import type { GoldenLine } from "./golden.ts";

/** Three sentences with two references each. */
export const bridge: ReadonlyArray<{ candidate: string; references: ReadonlyArray<string> }> = [
  {
    candidate: "The bridge was closed after the flood.",
    references: ["After the flood the bridge was closed.", "The bridge stayed closed after the flood."],
  },
  {
    candidate: "Nobody got hurt, they said.",
    references: ["They said nobody was hurt.", "Nobody, they said, got hurt."],
  },
  {
    candidate: "Repairs will take three months.",
    references: ["Repairs will take about 3 months.", "Fixing it will take three months."],
  },
];

/** The same, the last sentence having one reference only. */
export const unevenBridge = bridge.map(({ candidate, references }, at) => ({
  candidate,
  references: at < 2 ? references : references.slice(0, 1),
}));

/** The pairs of a corpus line, with unequal numbers of references filled as the line says. */

export const pairsOf = (
  line: GoldenLine,
  sentences: ReadonlyArray<GoldenLine>,
): Array<{ candidate: string; references: ReadonlyArray<string> }> => {
  const lines = line.items!.map((id) => sentences.find((sentence) => sentence.id === id)!);
  const most = Math.max(...lines.map(({ references }) => references.length));
  const repeats = line["missing_refs"] === "repeat first reference";
  return lines.map(({ prediction, references }) => ({
    candidate: prediction,
    references: repeats
      ? [...references, ...new Array<string>(most - references.length).fill(references[0]!)]
      : references,
  }));
};
