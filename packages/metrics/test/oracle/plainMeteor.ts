/** METEOR's alignment as its reference implementation does it: two loops from the end, taking out what is aligned. */
import { porter } from "../../src/stem/porter.ts";

type Places = Array<[at: number, word: string]>;

const takeEqual = (
  mine: Places,
  theirs: Places,
  matches: Array<[number, number]>,
  same: (a: string, b: string) => boolean,
) => {
  for (let i = mine.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      if (!same(mine[i]![1], theirs[j]![1])) continue;
      matches.push([mine[i]![0], theirs[j]![0]]);
      mine.splice(i, 1);
      theirs.splice(j, 1);
      break;
    }
  }
};

/** Matches and chunks of two lists of words. */
export const plainAlignment = (
  candidate: ReadonlyArray<string>,
  reference: ReadonlyArray<string>,
  synonyms: (word: string) => ReadonlySet<string>,
): { matches: number; chunks: number } => {
  const places = (words: ReadonlyArray<string>): Places => words.map((word, at) => [at, word.toLowerCase()]);
  const stemmed = (left: Places): Places => left.map(([at, word]) => [at, porter(word)]);
  const matches: Array<[number, number]> = [];
  let [mine, theirs] = [places(candidate), places(reference)];
  takeEqual(mine, theirs, matches, (a, b) => a === b);
  [mine, theirs] = [stemmed(mine), stemmed(theirs)];
  takeEqual(mine, theirs, matches, (a, b) => a === b);
  takeEqual(mine, theirs, matches, (a, b) => a === b || synonyms(a).has(b));
  matches.sort((a, b) => a[0] - b[0]);
  let chunks = matches.length === 0 ? 0 : 1;
  for (let at = 1; at < matches.length; at++) {
    const [before, here] = [matches[at - 1]!, matches[at]!];
    if (here[0] !== before[0] + 1 || here[1] !== before[1] + 1) chunks++;
  }
  return { matches: matches.length, chunks };
};
