import { expect, it } from "vitest";
import * as Environment from "../../../src/watch/time/Environment.ts";

const host = () => {
  const scope = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const navigator = { onLine: true };
  return {
    document,
    navigator,
    addEventListener: scope.addEventListener.bind(scope),
    removeEventListener: scope.removeEventListener.bind(scope),
    dispatch: (type: string) => scope.dispatchEvent(new Event(type)),
  };
};

it("says what the browser says, and when it changes", () => {
  const page = host();
  const environment = Environment.browser(page);
  let changes = 0;
  const undo = environment.subscribe(() => changes++);
  expect([environment.isVisible(), environment.isOnline()]).toEqual([true, true]);
  page.document.visibilityState = "hidden";
  page.document.dispatchEvent(new Event("visibilitychange"));
  page.navigator.onLine = false;
  page.dispatch("offline");
  expect([environment.isVisible(), environment.isOnline(), changes]).toEqual([false, false, 2]);
  page.dispatch("online");
  page.dispatch("pageshow");
  undo();
  page.dispatch("online");
  page.document.dispatchEvent(new Event("visibilitychange"));
  expect(changes).toBe(4);
});

it("is always visible and online where there is no browser", () => {
  for (const environment of [Environment.browser({}), Environment.browser()]) {
    expect([environment.isVisible(), environment.isOnline()]).toEqual([true, true]);
    environment.subscribe(() => undefined)();
  }
});
