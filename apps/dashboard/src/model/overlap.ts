/**
 * Which words two texts share, for the eye: a word is shared as often as it occurs in both, whatever its case. It explains a
 * score and is not the metric: each metric has its own tokens.
 */

/** A piece of a text; the pieces in order are the text. */
export interface Piece {
  readonly text: string;
  readonly isShared: boolean;
}

const word = /[\p{L}\p{M}\p{N}]+/gu;

const counted = (text: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [found] of text.toLowerCase().matchAll(word)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return counts;
};

/** The text in pieces, those marked that `other` has as well. */
export const overlapWith = (text: string, other: string): ReadonlyArray<Piece> => {
  const left = counted(other);
  const pieces: Array<Piece> = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(word)) {
    const key = found.toLowerCase();
    const count = left.get(key) ?? 0;
    if (count === 0) continue;
    left.set(key, count - 1);
    if (index > end) pieces.push({ text: text.slice(end, index), isShared: false });
    pieces.push({ text: found, isShared: true });
    end = index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), isShared: false });
  return pieces;
};
