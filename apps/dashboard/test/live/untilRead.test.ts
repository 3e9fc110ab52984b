import { afterEach, expect, it, vi } from "vitest";
import { untilRead } from "../../src/live/untilRead.ts";

afterEach(() => void vi.useRealTimers());

it("reads again after a failure, says each, and stops once it has read", async () => {
  vi.useFakeTimers();
  const failures: Array<string> = [];
  let reads = 0;
  const read = async () => {
    reads++;
    if (reads < 3) throw new Error(`failure ${reads}`);
    return "there";
  };
  const value = untilRead(read, new AbortController().signal, ({ message }) => failures.push(message), 1_000);
  await vi.advanceTimersByTimeAsync(999);
  expect(reads).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([await value, reads, failures]).toEqual(["there", 3, ["failure 1", "failure 2"]]);
});

it("ends with the signal at once, in a pause or a read, and says nothing of what it aborted", async () => {
  const leaving = new AbortController();
  const failures: Array<Error> = [];
  const failing = untilRead(
    () => Promise.reject(new Error("down")),
    leaving.signal,
    (error) => failures.push(error),
  );
  let answer = (_: string) => {};
  const answered = untilRead(() => new Promise<string>((resolve) => (answer = resolve)), leaving.signal);
  await vi.waitFor(() => expect(failures.length).toBe(1));
  leaving.abort();
  answer("too late");
  expect([await failing, await answered, failures.length]).toEqual([undefined, undefined, 1]);
  expect(await untilRead(() => Promise.reject(new Error("down")), leaving.signal)).toBe(undefined);
});
