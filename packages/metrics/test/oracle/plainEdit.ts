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

/** Jaro as python-Levenshtein pairs characters: the earliest free one in reach. */
export const plainJaro = (left: string, right: string): number => {
  let [shorter, longer] = [Array.from(left), Array.from(right)];
  if (shorter.length > longer.length) [shorter, longer] = [longer, shorter];
  if (shorter.length === 0) return longer.length === 0 ? 1 : 0;
  const reach = Math.floor((shorter.length + 1) / 2);
  const taken: Array<number> = new Array(shorter.length).fill(0);
  let matches = 0;
  longer.forEach((character, at) => {
    const place = shorter.findIndex(
      (other, j) => other === character && taken[j] === 0 && j >= at - reach && j <= at + reach,
    );
    if (place >= 0) taken[place] = ++matches;
  });
  if (matches === 0) return 0;
  const order = taken.filter((one) => one > 0);
  const moved = order.filter((one, at) => one !== at + 1).length;
  return (matches / shorter.length + matches / longer.length + 1 - moved / matches / 2) / 3;
};
