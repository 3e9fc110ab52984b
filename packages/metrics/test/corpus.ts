/** The pairs a corpus line of the reference figures points at, with unequal numbers of references filled as the line says. */
import type { GoldenLine } from "./golden.ts";

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
