/**
 * Reference figures: what the reference implementations gave for texts, one JSON object per line.
 *
 * The project's own lines are in `fixtures/golden` (texts free of restrictions); the full set lies beside the checkout, in
 * `../shared/golden`, and is read in place where it exists. Where it does not, a warning says that only the own lines were run.
 */
import { existsSync, readFileSync } from "node:fs";

export interface GoldenCase {
  readonly params: Readonly<Record<string, any>>;
  readonly expected: any;
}

export interface GoldenLine {
  readonly id: string;
  readonly metric: string;
  readonly level?: "sentence" | "corpus";
  readonly source?: string;
  readonly prediction: string;
  readonly references: ReadonlyArray<string>;
  readonly items?: ReadonlyArray<string>;
  readonly cases: ReadonlyArray<GoldenCase>;
  readonly [field: string]: unknown;
}

const own = new URL("./fixtures/golden/", import.meta.url);
const full = new URL("../../../../shared/golden/", import.meta.url);

const read = (file: URL): Array<GoldenLine> =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as GoldenLine)
    : [];

/** The lines of one file of reference figures, by its name without extension: the full set, or else the project's own lines. */
export const golden = (name: string): ReadonlyArray<GoldenLine> => {
  const lines = read(new URL(`${name}.jsonl`, full));
  if (lines.length > 0) return lines;
  const ours = read(new URL(`${name}.jsonl`, own));
  console.warn(
    `golden ${name}: ../shared/golden is not there, so only the project's own ${ours.length} lines are checked`,
  );
  return ours;
};

/** Whether two figures agree to a relative difference, 1e-12 by default; NaN agrees with nothing. */
export const agrees = (actual: number, expected: number, relative = 1e-12): boolean =>
  actual === expected || Math.abs(actual - expected) <= relative * Math.max(Math.abs(actual), Math.abs(expected));
