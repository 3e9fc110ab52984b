import { intern } from "../kernel/intern.ts";
import { sharedWithAny } from "../kernel/Ngrams.ts";

/** How many tokens two lists share, each counted as often as both hold it. */
export const sharedTokens = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): number => {
  const [one, ...other] = intern([left, right]);
  return sharedWithAny(one!, other, 1)[0]!;
};
