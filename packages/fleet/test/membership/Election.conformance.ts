/** Rules every election keeps, over any transport. */
import type { Election, Term } from "@evalwire/core/feed";
import { expect, it } from "vitest";

export interface Candidate extends Election {
  /** Says nothing more, as a process that was killed; what it held goes to another. */
  readonly die: () => void;
  readonly close: () => Promise<void>;
}

const never = new AbortController().signal;

/** @param candidates so many for one office that has never been held */
export const elects = (candidates: (count: number) => Promise<ReadonlyArray<Candidate>>): void => {
  it("no two terms overlap, and every epoch is higher than all before it", async () => {
    const all = await candidates(3);
    const epochs: Array<number> = [];
    let inOffice = 0;
    const serve = async (candidate: Candidate) => {
      for (let round = 0; round < 4; round++) {
        const term = await candidate.campaign(never);
        expect(++inOffice).toBe(1);
        epochs.push(term.epoch);
        await Promise.resolve();
        inOffice--;
        await term.resign();
        await term.resign();
      }
    };
    await Promise.all(all.map(serve));
    expect(epochs).toHaveLength(12);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    await Promise.all(all.map((each) => each.close()));
  });

  it("one that resigns is followed by one that waits, and its term is over", async () => {
    const [a, b] = (await candidates(2)) as [Candidate, Candidate];
    const first = await a.campaign(never);
    const waiting = b.campaign(never);
    await first.resign();
    const second = await waiting;
    expect(second.epoch).toBeGreaterThan(first.epoch);
    expect(second.lost.aborted).toBe(false);
    await second.resign();
    await Promise.all([a.close(), b.close()]);
  });

  it("one that dies without a word is followed by one that waits", async () => {
    const [a, b] = (await candidates(2)) as [Candidate, Candidate];
    const first: Term = await a.campaign(never);
    const waiting = b.campaign(never);
    a.die();
    expect((await waiting).epoch).toBeGreaterThan(first.epoch);
    await b.close();
  });

  it("a candidate that withdraws rejects with its reason, and is not elected", async () => {
    const [a, b, c] = (await candidates(3)) as [Candidate, Candidate, Candidate];
    const first = await a.campaign(never);
    const abort = new AbortController();
    const withdrawn = b.campaign(abort.signal);
    const waiting = c.campaign(never);
    abort.abort(new Error("withdrawn"));
    await expect(withdrawn).rejects.toThrow("withdrawn");
    await expect(b.campaign(abort.signal)).rejects.toThrow("withdrawn");
    await first.resign();
    expect((await waiting).epoch).toBeGreaterThan(first.epoch);
    await Promise.all([a.close(), b.close(), c.close()]);
  });
};
