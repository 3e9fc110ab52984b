/** How many tokens two lists share, each counted as often as both hold it. */
export const sharedTokens = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  const counts = new Map<string, number>();
  for (const token of right) counts.set(token, (counts.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of left) {
    const count = counts.get(token);
    if (count === undefined || count === 0) continue;
    counts.set(token, count - 1);
    shared++;
  }
  return shared;
};
