/** Edit distances by the textbook: a table over the code points of both texts. */

/** table[i][j]: least cost of turning the first i code points of `left` into the first j of `right`. */
const plainDistance = (left: string, right: string, substitution: number): number => {
  const [rows, columns] = [Array.from(left), Array.from(right)];
  const table = [Array.from({ length: columns.length + 1 }, (_, j) => j)];
  rows.forEach((a, index) => {
    const above = table[index]!;
    const row = [index + 1];
    columns.forEach((b, j) => {
      row.push(Math.min(above[j + 1]! + 1, row[j]! + 1, above[j]! + (a === b ? 0 : substitution)));
    });
    table.push(row);
  });
  return table[rows.length]![columns.length]!;
};

export const plainLevenshtein = (left: string, right: string): number => plainDistance(left, right, 1);

/** A substitution is a deletion and an insertion. */
export const plainIndel = (left: string, right: string): number => plainDistance(left, right, 2);

/** Jaro 1989 by the book: a window of half the longer text less one, the earliest free character in it, whole transpositions. */
export const plainJaro = (left: string, right: string): number => {
  const [first, second] = [Array.from(left), Array.from(right)];
  if (first.length === 0 && second.length === 0) return 1;
  const reach = Math.max(Math.floor(Math.max(first.length, second.length) / 2) - 1, 0);
  const isTaken = first.map(() => false);
  const ofSecond: Array<string> = [];
  second.forEach((character, at) => {
    const place = first.findIndex((other, j) => other === character && !isTaken[j] && Math.abs(j - at) <= reach);
    if (place < 0) return;
    isTaken[place] = true;
    ofSecond.push(character);
  });
  const ofFirst = first.filter((_, at) => isTaken[at]);
  const matches = ofFirst.length;
  if (matches === 0) return 0;
  const transpositions = Math.floor(ofFirst.filter((character, at) => character !== ofSecond[at]).length / 2);
  return (matches / first.length + matches / second.length + (matches - transpositions) / matches) / 3;
};
