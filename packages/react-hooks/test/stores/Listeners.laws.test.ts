import fc from "fast-check";
import { expect, it } from "vitest";
import * as Listeners from "../../src/stores/Listeners.ts";

const microtask = () => new Promise<void>((resolve) => queueMicrotask(resolve));

type Move = "join" | "leave" | "leave twice" | "wait" | "notify";
const move = fc.constantFrom<Move>("join", "join", "leave", "leave twice", "wait", "notify");

it("what feeds the listeners runs exactly while there are any, and starts and stops take turns", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const life: Array<"start" | "stop"> = [];
      const listeners = Listeners.make(() => {
        life.push("start");
        return () => life.push("stop");
      });
      const present: Array<{ leave: () => void; heard: number }> = [];
      let notified = 0;
      for (const each of moves) {
        if (each === "join") {
          const one = { leave: () => undefined as void, heard: notified };
          one.leave = listeners.add(() => one.heard++);
          present.push(one);
        } else if (each.startsWith("leave")) {
          const one = present.shift();
          one?.leave();
          if (each === "leave twice") one?.leave();
        } else if (each === "wait") {
          await microtask();
          expect(life.at(-1) ?? "stop").toBe(present.length > 0 ? "start" : "stop");
        } else {
          listeners.notify();
          notified++;
        }
        expect(listeners.size).toBe(present.length);
        for (const one of present) expect(one.heard).toBe(notified);
      }
      life.forEach((event, index) => {
        expect(event).toBe(index % 2 === 0 ? "start" : "stop");
      });
    }),
  );
});

it("a listener that leaves while the others are called is not called", () => {
  const listeners = Listeners.make();
  const heard: Array<string> = [];
  let leaveSecond = () => undefined as void;
  listeners.add(() => {
    heard.push("first");
    leaveSecond();
  });
  leaveSecond = listeners.add(() => heard.push("second"));
  listeners.notify();
  expect(heard).toEqual(["first"]);
});

it("a feed that refuses to start leaves no listener behind, and is started again by the next", () => {
  let refusing = true;
  const listeners = Listeners.make(() => {
    if (refusing) throw new Error("not now");
    return () => undefined;
  });
  expect(() => listeners.add(() => undefined)).toThrow("not now");
  expect(listeners.size).toBe(0);
  refusing = false;
  listeners.add(() => undefined);
  expect(listeners.size).toBe(1);
});
