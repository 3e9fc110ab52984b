/** N-grams that two texts share, each counted as often as both have it. */
import { KeyTable } from "./KeyTable.ts";
import { room } from "./room.ts";
import type { Tokens } from "./Tokens.ts";

/** Zeros between calls. */
let counts = new Int32Array(1024);
let mine = new Int32Array(1024);
let theirs = new Int32Array(1024);
const table = new KeyTable(8);

/**
 * How many n-grams a candidate shares with a reference, for n = 1 … `longest`, at the index n.
 *
 * An n-gram is numbered by the number of its first n - 1 words and its last word, so all lengths up to the longest are counted in one
 * sweep each, and no two n-grams are ever confused. Linear in the texts.
 *
 * @param size every id is below this
 */
export const sharedNgrams = (candidate: Tokens, reference: Tokens, longest: number, size: number): number[] => {
  counts = room(counts, Math.max(size, reference.length + 2));
  const shared = [0, sharedWords(candidate, reference)];
  if (longest < 2) return shared;
  mine = room(mine, candidate.length);
  theirs = room(theirs, reference.length);
  for (let at = 0; at < candidate.length; at++) mine[at] = candidate.ids[at]!;
  for (let at = 0; at < reference.length; at++) theirs[at] = reference.ids[at]!;
  for (let n = 2; n <= longest; n++) shared.push(sharedOfLength(n, candidate, reference));
  return shared;
};

const sharedWords = (candidate: Tokens, reference: Tokens): number => {
  const wanted = counts;
  let shared = 0;
  for (let at = 0; at < reference.length; at++) wanted[reference.ids[at]!]!++;
  for (let at = 0; at < candidate.length; at++) {
    const id = candidate.ids[at]!;
    if (wanted[id]! > 0) {
      wanted[id]!--;
      shared++;
    }
  }
  for (let at = 0; at < reference.length; at++) wanted[reference.ids[at]!] = 0;
  return shared;
};

/** Turns the numbers of (n - 1)-grams in `mine` and `theirs` into those of n-grams; 0 is one the reference has not. */
const sharedOfLength = (n: number, candidate: Tokens, reference: Tokens): number => {
  const wanted = counts;
  table.clear(reference.length);
  let fresh = 1;
  for (let at = 0; at + n <= reference.length; at++) {
    const number = table.intern(theirs[at]!, reference.ids[at + n - 1]!, 0, fresh);
    if (number === fresh) fresh++;
    theirs[at] = number;
    wanted[number]!++;
  }
  let shared = 0;
  for (let at = 0; at + n <= candidate.length; at++) {
    if (mine[at] === 0) continue;
    const number = table.find(mine[at]!, candidate.ids[at + n - 1]!, 0);
    mine[at] = number;
    if (number === 0 || wanted[number] === 0) continue;
    wanted[number]!--;
    shared++;
  }
  wanted.fill(0, 0, fresh);
  return shared;
};
