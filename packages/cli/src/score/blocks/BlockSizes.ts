/** How much of a file is scored at once. */
export interface BlockSizes {
  /** Bytes of a part that is read from the file where it is scored, by the mean length of the file's first records. */
  readonly rangeOf: (recordLength: number) => number;
  /** Bytes of lines that travel with the block. */
  readonly lines: number;
}

/** Some hundred records. Larger blocks cost memory in each thread and save next to nothing. */
const threadBytes = 1 << 19;

export const ofThreads: BlockSizes = { rangeOf: () => threadBytes, lines: threadBytes };

/** At least a tenth of a second of work. */
const longestRange = 1 << 23;

/** Bytes that a message can hold by the NATS server's defaults, with room for all else that is in it: an object costs several times as much. */
const messageBytes = 900_000;

/** @param resultBytes what the result of one record takes */
export const ofFleet = (resultBytes: number): BlockSizes => ({
  rangeOf: (recordLength) =>
    Math.max(threadBytes, Math.min(longestRange, Math.floor((messageBytes / resultBytes) * recordLength))),
  // They end with a line, so that a piece of what is read, of a quarter of a mebibyte, may come on top.
  lines: messageBytes - (1 << 18),
});
