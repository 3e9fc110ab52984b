/** The scores of one metric on the test cases that two evaluations share. */

interface Scored {
  readonly testCaseId: string;
  readonly metrics: Readonly<{ [key: string]: number }>;
}

export interface Paired {
  /** In the same order: the first evaluation's scores, and the other's. */
  readonly here: ReadonlyArray<number>;
  readonly there: ReadonlyArray<number>;
  readonly testCaseIds: ReadonlyArray<string>;
}

export const paired = (
  records: Iterable<Scored>,
  others: ReadonlyMap<string, Readonly<{ [key: string]: number }>>,
  metric: string,
): Paired => {
  const here: Array<number> = [];
  const there: Array<number> = [];
  const testCaseIds: Array<string> = [];
  for (const { testCaseId, metrics } of records) {
    const score = metrics[metric];
    const other = others.get(testCaseId)?.[metric];
    if (score === undefined || other === undefined) continue;
    here.push(score);
    there.push(other);
    testCaseIds.push(testCaseId);
  }
  return { here, there, testCaseIds };
};
