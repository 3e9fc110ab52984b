import { act, render, screen } from "@testing-library/react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { type Store, useStore } from "../src/index.ts";

const cell = <S,>(first: S) => {
  let now = first;
  const listeners = new Set<() => void>();
  return {
    listeners,
    snapshot: () => now,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (next: S) => {
      now = next;
      for (const listener of [...listeners]) listener();
    },
  };
};

interface Pair {
  readonly left: number;
  readonly right: number;
}

it("renders again only for a change of the selection, also with a new selector on every render", () => {
  const store = cell<Pair>({ left: 1, right: 1 });
  let renders = 0;
  const Left = () => {
    renders++;
    return <p>{useStore(store, (pair) => pair.left)}</p>;
  };
  render(<Left />);
  const before = renders;
  act(() => store.set({ left: 1, right: 2 }));
  expect(renders).toBe(before);
  act(() => store.set({ left: 2, right: 2 }));
  expect(screen.getByText("2")).toBeTruthy();
  expect(renders).toBeGreaterThan(before);
});

it("keeps the reference of a selection that says the same", () => {
  const store = cell<Pair>({ left: 1, right: 1 });
  const seen = new Set<ReadonlyArray<number>>();
  const sameElements = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => a[0] === b[0];
  const Left = () => {
    seen.add(useStore(store, (pair) => [pair.left], sameElements));
    return null;
  };
  const { rerender } = render(<Left />);
  // What StrictMode's discarded first render selected does not count.
  seen.clear();
  act(() => store.set({ left: 1, right: 2 }));
  rerender(<Left />);
  act(() => store.set({ left: 1, right: 3 }));
  rerender(<Left />);
  expect(seen.size).toBe(1);
});

it("selects with what the last render was given", () => {
  const store = cell<Pair>({ left: 1, right: 10 });
  const Field = ({ name }: { name: keyof Pair }) => <p>{useStore(store, (pair) => pair[name])}</p>;
  const { rerender } = render(<Field name="left" />);
  rerender(<Field name="right" />);
  expect(screen.getByText("10")).toBeTruthy();
  act(() => store.set({ left: 2, right: 20 }));
  expect(screen.getByText("20")).toBeTruthy();
});

it("leaves one store for another, and the last one when it is unmounted", () => {
  const [first, second] = [cell(1), cell(2)];
  const Value = ({ store }: { store: Store<number> }) => <p>{useStore(store, (value) => value)}</p>;
  const { rerender, unmount } = render(<Value store={first} />);
  rerender(<Value store={second} />);
  expect(screen.getByText("2")).toBeTruthy();
  expect([first.listeners.size, second.listeners.size]).toEqual([0, 1]);
  unmount();
  expect(second.listeners.size).toBe(0);
  second.set(3);
});

it("shows a change made between render and subscription", () => {
  const store = cell(1);
  const late: Store<number> = {
    ...store,
    onChange: (listener) => {
      const leave = store.onChange(listener);
      store.set(2);
      return leave;
    },
  };
  const Value = () => <p>{useStore(late, (value) => value)}</p>;
  render(<Value />);
  expect(screen.getByText("2")).toBeTruthy();
});

it("shows what is initial on a server and while hydrating, then what is there", async () => {
  const store = { ...cell("live"), initial: () => "initial" };
  const Value = () => <p>{useStore(store, (value) => value)}</p>;
  const html = renderToString(<Value />);
  expect(html).toBe("<p>initial</p>");

  const container = document.createElement("div");
  container.innerHTML = html;
  const complaints: Array<unknown> = [];
  const root = await act(() =>
    hydrateRoot(container, <Value />, { onRecoverableError: (complaint) => complaints.push(complaint) }),
  );
  expect(container.textContent).toBe("live");
  expect(complaints).toEqual([]);
  act(() => root.unmount());
});

it("gives the whole snapshot without a selector, and asks isEqual only about two values that are there", () => {
  const store = cell<number | undefined>(undefined);
  const asked: Array<readonly [number, number]> = [];
  const isEqual = (a: number | undefined, b: number | undefined) => {
    asked.push([a!, b!]);
    return a! % 2 === b! % 2;
  };
  const whole = (value: number | undefined) => value;
  const Value = () => (
    <p>
      {String(useStore(store))} {String(useStore(store, whole, isEqual))}
    </p>
  );
  const { container } = render(<Value />);
  expect(container.textContent).toBe("undefined undefined");
  act(() => store.set(1));
  expect(container.textContent).toBe("1 1");
  act(() => store.set(3));
  expect(container.textContent).toBe("3 1");
  act(() => store.set(undefined));
  expect(container.textContent).toBe("undefined undefined");
  expect(asked.flat()).not.toContain(undefined);
  expect(asked.length).toBeGreaterThan(0);
});
