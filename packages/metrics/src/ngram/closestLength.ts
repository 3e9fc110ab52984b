/** The length closest to `length`, the shorter one on a tie. */
export const closestLength = (lengths: ReadonlyArray<number>, length: number): number =>
  lengths.reduce((closest, other) => {
    const nearer = Math.abs(other - length) - Math.abs(closest - length);
    return nearer < 0 || (nearer === 0 && other < closest) ? other : closest;
  });
