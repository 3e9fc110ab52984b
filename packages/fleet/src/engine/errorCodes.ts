/** Codes of JetStream's errors (nats-server, `server/errors.json`) that a fleet acts upon. */
export const errorCodes = {
  tooFewPeers: 10_005,
  noAnswer: 10_008,
  consumerNotFound: 10_014,
  insufficientResources: 10_023,
  insufficientStorage: 10_047,
  nameInUse: 10_058,
  streamNotFound: 10_059,
  subjectsOverlap: 10_065,
  wrongLastId: 10_070,
  wrongLastSequence: 10_071,
  notClustered: 10_074,
  storeFailed: 10_077,
} as const;

/** Whether JetStream gave one of these errors. */
export const isError = (error: unknown, ...names: ReadonlyArray<keyof typeof errorCodes>): boolean =>
  names.some((name) => (error as { readonly code?: unknown } | null | undefined)?.code === errorCodes[name]);

/** Whether JetStream may answer when it is asked again: a node that knows no leader of a stream gives no answer at all. */
export const isPassing = (error: unknown): boolean => {
  const { name } = (error ?? {}) as { readonly name?: string };
  return name === "TimeoutError" || name === "JetStreamNotEnabled" || isError(error, "noAnswer");
};
