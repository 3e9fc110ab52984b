import { lead } from "../../src/feed/lead.ts";
import { MemoryElection, memoryFeed } from "../../src/feed/memoryFeed.ts";
import type { stage } from "../watch/watching.ts";
import { beatMillis, type Carrier, conforms } from "./Feed.conformance.ts";

const inMemory = ({ clock }: ReturnType<typeof stage>): Carrier => {
  const feed = memoryFeed("e1", { clock });
  const election = new MemoryElection();
  return {
    lead: (open) => {
      // A sink that can be cut off, as from a process that is killed.
      let isDead = false;
      const sink = {
        evaluationId: "e1",
        tail: () => feed.tail(),
        append: (...args: Parameters<typeof feed.append>) =>
          isDead ? new Promise<void>(() => undefined) : feed.append(...args),
      };
      const candidacy = lead({ election, sink, open, clock, seed: 1, beat: beatMillis });
      return {
        close: () => candidacy.close(),
        kill: () => {
          isDead = true;
          election.depose({ isSilent: true });
        },
      };
    },
    source: () => ({
      evaluationId: "e1",
      open: (from, receiver) => feed.open(from, receiver),
    }),
    trim: () => feed.trim(Number.POSITIVE_INFINITY),
  };
};

conforms("A feed in memory", inMemory);
