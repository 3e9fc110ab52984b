import { checkOptions } from "../checkOptions.ts";
import { listOf, type References } from "../Pairs.ts";

/** Options of `contains`. */
export interface ContainsOptions {
  /** Whether one of several texts suffices (`any`, default) or all have to be there. */
  readonly mode?: "any" | "all" | undefined;
  /** Default false. */
  readonly ignoreCase?: boolean | undefined;
}

const optionNames: Record<keyof ContainsOptions, true> = { mode: true, ignoreCase: true };

/** Whether something holds of a text, and the choices behind it. */
export interface CheckScore {
  /** 0 or 1. */
  readonly score: number;
  readonly signature: string;
}

/**
 * 1 if the candidate contains the reference, else 0; the empty text is in every text.
 *
 * @throws RangeError when the list of references is empty
 * @example
 * ```ts
 * import { contains } from "@evalwire/metrics/extended"
 *
 * contains("The capital is Paris.", "paris", { ignoreCase: true }).score // => 1
 * contains("red and blue", ["red", "green"], { mode: "all" }).score // => 0
 * ```
 */
export const contains = (candidate: string, references: References, options: ContainsOptions = {}): CheckScore => {
  checkOptions("contains", options, optionNames);
  const { mode = "any", ignoreCase = false } = options;
  const folded = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const list = listOf(references, candidate);
  const text = folded(candidate);
  const isIn = (reference: string) => text.includes(folded(reference));
  const holds = mode === "any" ? list.some(isIn) : list.every(isIn);
  return {
    score: holds ? 1 : 0,
    signature: `contains|nrefs:${list.length}|of:${mode}|case:${ignoreCase ? "lc" : "mixed"}`,
  };
};
