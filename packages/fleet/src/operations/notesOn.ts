/** Notes that follow from the server's version. */
export const notesOn = (version: string, isClustered: boolean): ReadonlyArray<string> => {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const isBefore = (a: number, b: number, c: number) =>
    major < a || (major === a && (minor < b || (minor === b && patch < c)));
  return [
    ...(isBefore(2, 9, 0) ? ["older than 2.9.0: not tested, and not supported"] : []),
    ...(isClustered && isBefore(2, 10, 19)
      ? [
          "before 2.10.19 compare-and-set by subject and buckets with a time to live are unsafe on several nodes; a fleet uses neither",
        ]
      : []),
    // nats-server issue 6888, and Jepsen's report on NATS 2.12.1.
    ...(isClustered && isBefore(2, 10, 23)
      ? [
          "before 2.10.23 nodes that are killed or cut off can lose confirmed messages, or a stream; followers are then given the state once more",
        ]
      : []),
    ...(isClustered ? [] : ["one node: its death stops the fleet until it is back"]),
  ];
};
