/**
 * Sums of drawn rows, column by column, each added up in the order of the draws. Four columns stand side by side: a drawn row is then one
 * place in memory instead of four, and a sum need not wait for its last addition before the next column's goes on.
 */

/** Columns of a group. */
const width = 4;

/** Zeros stand where there are fewer columns than a group has. */
const sideBySide = (columns: ReadonlyArray<ArrayLike<number>>, rows: number): Float64Array => {
  const group = new Float64Array(width * rows);
  columns.forEach((values, column) => {
    for (let row = 0, at = column; row < rows; row++, at += width) group[at] = values[row]!;
  });
  return group;
};

const addGroup = (group: Float64Array, drawn: Uint32Array, sums: Float64Array, column: number): void => {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < drawn.length; at++) {
    const place = width * drawn[at]!;
    one += group[place]!;
    two += group[place + 1]!;
    three += group[place + 2]!;
    four += group[place + 3]!;
  }
  sums[column] = one;
  sums[column + 1] = two;
  sums[column + 2] = three;
  sums[column + 3] = four;
};

const sumOfDrawn = (values: ArrayLike<number>, drawn: Uint32Array): number => {
  let sum = 0;
  for (let at = 0; at < drawn.length; at++) sum += values[drawn[at]!]!;
  return sum;
};

/**
 * @param columns of one length; read now, but for a last one that is in no group
 * @returns for rows, which may repeat, the sum of each column; the same list at each call
 */
export const rowSums = (columns: ReadonlyArray<ArrayLike<number>>): ((drawn: Uint32Array) => Float64Array) => {
  const rows = columns[0]?.length ?? 0;
  const isOdd = columns.length % width === 1;
  const grouped = columns.length - (isOdd ? 1 : 0);
  const groups = Array.from({ length: Math.ceil(grouped / width) }, (_, group) =>
    sideBySide(columns.slice(group * width, (group + 1) * width), rows),
  );
  const room = new Float64Array(width * groups.length + 1);
  const sums = room.subarray(0, columns.length);
  return (drawn) => {
    groups.forEach((group, at) => {
      addGroup(group, drawn, room, width * at);
    });
    if (isOdd) sums[grouped] = sumOfDrawn(columns[grouped]!, drawn);
    return sums;
  };
};
