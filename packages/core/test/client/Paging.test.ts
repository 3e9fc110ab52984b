import * as Effect from "effect/Effect";
import { expect, it } from "vitest";
import * as Promises from "../../src/client/Promises.ts";
import { config } from "./bodies.ts";
import { json, type Step, script } from "./script.ts";

const page = (ids: ReadonlyArray<string>, current_page: number, total_item_count: number) =>
  json({ items: ids.map(config), current_page, items_per_page: 2, total_item_count });

const listing = (steps: ReadonlyArray<Step>) => {
  const scripted = script(steps, { maxRetries: 0 });
  const { evaluationConfigs } = Promises.make(scripted.transport, (effect) =>
    Effect.runPromise(scripted.provide(effect)),
  );
  return { ...scripted, list: evaluationConfigs.list };
};
const collect = async (items: AsyncIterable<{ readonly id: string }>) => {
  const ids: Array<string> = [];
  for await (const { id } of items) ids.push(id);
  return ids;
};

it("goes on past the second page, where the platform's own pager stops", async () => {
  const { list, asked } = listing([page(["a", "b"], 1, 5), page(["c", "d"], 2, 5), page(["e"], 3, 5)]);
  expect(await collect(list({ account_id: "a1" }))).toEqual(["a", "b", "c", "d", "e"]);
  expect(asked.map(({ url }) => url.search)).toEqual([
    "?account_id=a1",
    "?account_id=a1&page=2",
    "?account_id=a1&page=3",
  ]);
});

it("the promise of a list is its first page, with the platform's own names", async () => {
  const { list, asked } = listing([page(["a", "b"], 1, 3), page(["c"], 2, 3)]);
  const first = await list();
  expect(first.items.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(first).toMatchObject({ current_page: 1, items_per_page: 2, total_item_count: 3, hasNextPage: true });
  expect(JSON.parse(JSON.stringify(first))).toEqual({
    items: [config("a"), config("b")],
    current_page: 1,
    items_per_page: 2,
    total_item_count: 3,
  });
  expect(asked).toHaveLength(1);
  expect(await collect(first)).toEqual(["a", "b", "c"]);
});

it("a page is fetched when the items before it are used up, and not sooner", async () => {
  const { list, asked } = listing([page(["a", "b"], 1, 4), page(["c", "d"], 2, 4)]);
  for await (const { id } of list()) {
    if (id === "b") break;
  }
  expect(asked).toHaveLength(1);
});

it("an item that slid onto the next page comes once", async () => {
  const { list } = listing([page(["b", "c"], 1, 4), page(["c", "d"], 2, 5), page(["e"], 3, 5)]);
  expect(await collect(list())).toEqual(["b", "c", "d", "e"]);
});

it("a server that ignores the page number is found out at the third page", async () => {
  const { list, asked } = listing([page(["a", "b"], 1, 100), page(["a", "b"], 1, 100), page(["a", "b"], 1, 100)]);
  await expect(collect(list())).rejects.toThrow(
    "GET /v4/evaluation-configs: the answer at items is not what the contract says: page 3 repeats earlier ones although " +
      "there should be more; the list cannot be walked to its end",
  );
  expect(asked).toHaveLength(3);
});

it("a server that goes in circles is found out", async () => {
  const circle = Array.from({ length: 12 }, (_, index) =>
    page(
      [
        ["a", "b"],
        ["c", "d"],
        ["e", "f"],
      ][index % 3]!,
      index + 1,
      1_000,
    ),
  );
  const { list } = listing(circle);
  await expect(collect(list())).rejects.toThrow("repeats earlier ones");
});

it("a page that fails ends the walk with its error; the pages before are not lost", async () => {
  const { list } = listing([page(["a", "b"], 1, 4), json({ detail: "gone" }, { status: 404 })]);
  const seen: Array<string> = [];
  const walk = (async () => {
    for await (const { id } of list()) seen.push(id);
  })();
  await expect(walk).rejects.toMatchObject({ reason: { _tag: "NotFound" } });
  expect(seen).toEqual(["a", "b"]);
});

it("a further page is fetched with options of its own, and with those of the list without any", async () => {
  const { list, asked } = listing([page(["a", "b"], 1, 6), page(["c", "d"], 2, 6), page(["e", "f"], 3, 6)]);
  const [first, own] = [new AbortController(), new AbortController()];
  const { nextPage } = await list({}, { signal: first.signal });
  first.abort();
  await expect(nextPage()).rejects.toMatchObject({ reason: { _tag: "Aborted" } });
  const second = await nextPage({ signal: own.signal });
  expect(second?.items.map(({ id }) => id)).toEqual(["c", "d"]);
  own.abort();
  await expect(second?.nextPage()).rejects.toMatchObject({ reason: { _tag: "Aborted" } });
  expect(asked).toHaveLength(2);
});
