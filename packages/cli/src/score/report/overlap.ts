/**
 * Which words two texts share, for the eye: a word is shared as often as it occurs in both, whatever its case. It is an explanation,
 * not the metric: each metric has its own tokens.
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

const marked = (text: string, other: string): Array<Piece> => {
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

/** Both texts in pieces. */
export const overlap = (
  candidate: string,
  reference: string,
): { readonly candidate: ReadonlyArray<Piece>; readonly reference: ReadonlyArray<Piece> } => ({
  candidate: marked(candidate, reference),
  reference: marked(reference, candidate),
});

/** The reference that shares the most words with the candidate; the first of several. */
export const closest = (candidate: string, references: ReadonlyArray<string>): string => {
  const shared = references.map((one) => marked(one, candidate).filter(({ isShared }) => isShared).length);
  return references[shared.indexOf(Math.max(...shared))] ?? "";
};
