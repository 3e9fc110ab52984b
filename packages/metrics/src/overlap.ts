/**
 * `@evalwire/metrics/overlap`: which words two texts share, to be highlighted: a word is shared as often as it occurs in both, ignoring
 * case. It explains a score and is not the metric: each metric has its own tokens.
 */

/** A piece of a text; the pieces of a text in order are the text. */
export interface Piece {
  readonly text: string;
  readonly isShared: boolean;
}

const word = /[\p{L}\p{M}\p{N}]+/gu;

const countsOf = (text: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [found] of text.toLowerCase().matchAll(word)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return counts;
};

/**
 * A text in pieces, those marked that `other` has as well.
 *
 * @example
 * ```ts
 * import { marked } from "@evalwire/metrics/overlap";
 *
 * marked("The cat", "a cat"); // => [{ text: "The ", isShared: false }, { text: "cat", isShared: true }]
 * ```
 */
export const marked = (text: string, other: string): ReadonlyArray<Piece> => {
  const left = countsOf(other);
  const pieces: Array<Piece> = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(word)) {
    const count = left.get(found.toLowerCase()) ?? 0;
    if (count === 0) continue;
    left.set(found.toLowerCase(), count - 1);
    if (index > end) pieces.push({ text: text.slice(end, index), isShared: false });
    pieces.push({ text: found, isShared: true });
    end = index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isShared: false });
  return pieces;
};

/**
 * Both texts in pieces.
 *
 * @example
 * ```ts
 * import { overlap } from "@evalwire/metrics/overlap";
 *
 * overlap("cats", "Cats!").reference; // => [{ text: "Cats", isShared: true }, { text: "!", isShared: false }]
 * ```
 */
export const overlap = (
  candidate: string,
  reference: string,
): { readonly candidate: ReadonlyArray<Piece>; readonly reference: ReadonlyArray<Piece> } => ({
  candidate: marked(candidate, reference),
  reference: marked(reference, candidate),
});

/**
 * The reference that shares the most words with the candidate; the first of several, and the empty text of none.
 *
 * @example
 * ```ts
 * import { closest } from "@evalwire/metrics/overlap";
 *
 * closest("the cat sat", ["a dog", "the cat"]); // => "the cat"
 * ```
 */
export const closest = (candidate: string, references: ReadonlyArray<string>): string => {
  const shared = references.map((one) => marked(one, candidate).filter(({ isShared }) => isShared).length);
  return references[shared.indexOf(Math.max(...shared))] ?? "";
};
