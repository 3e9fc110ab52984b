import { expect, it } from "vitest";
import { Portions } from "../../src/engine/Portions.ts";
import { nextTurn, Turns } from "../../src/engine/Turns.ts";

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await nextTurn();
};

it("each piece begins in a turn of its own, in order, and no more are under way than may be at once", async () => {
  const shared = new Turns();
  const all = [new Portions(shared, 2), new Portions(shared, 3)];
  const begun: Array<string> = [];
  const leaves: Array<Array<() => void>> = [[], []];
  let inTurn = 0;
  let most = 0;
  for (const [which, portions] of all.entries())
    for (let piece = 0; piece < 2_000; piece++)
      void portions.enter().then((leave) => {
        most = Math.max(most, ++inTurn);
        begun.push(`${which}/${piece}`);
        leaves[which]!.push(leave);
      });
  const pass = async (count: number) => {
    for (let turn = 0; turn < count; turn++) {
      await nextTurn();
      inTurn = 0;
    }
  };
  await pass(20);
  expect([...begun].sort()).toEqual(["0/0", "0/1", "1/0", "1/1", "1/2"]);
  // Said twice, it makes room once.
  const [first] = leaves[0]!.splice(0, 1);
  first!();
  first!();
  await pass(20);
  expect(begun).toHaveLength(6);
  expect(begun.at(-1)).toBe("0/2");
  while (begun.length < 4_000) {
    for (const each of leaves) each.splice(0, 1)[0]?.();
    await pass(3);
  }
  expect(most).toBe(1);
  for (const which of [0, 1])
    expect(begun.filter((each) => each.startsWith(`${which}/`))).toEqual(
      Array.from({ length: 2_000 }, (_, piece) => `${which}/${piece}`),
    );
});

it("one that is closed lets all pass", async () => {
  const portions = new Portions(new Turns(), 1);
  let entered = 0;
  for (let piece = 0; piece < 10; piece++) void portions.enter().then(() => entered++);
  await turns(5);
  expect(entered).toBe(1);
  portions.close();
  void portions.enter().then(() => entered++);
  await turns(1);
  expect(entered).toBe(11);
});
