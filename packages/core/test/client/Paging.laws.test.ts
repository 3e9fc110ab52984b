import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as Promises from "../../src/client/Promises.ts";
import * as Resources from "../../src/client/Resources.ts";
import { config } from "./bodies.ts";
import { type Asked, json, script } from "./script.ts";

interface Item {
  readonly id: string;
}

const dataset = (id: string) => ({
  id,
  object: "dataset",
  name: id,
  tags: [],
  current_version_num: 1,
  created_at: "2030-01-01T00:00:00Z",
  created_by_user_id: "u",
});

const number = (asked: Asked, name: string, otherwise: number) => Number(asked.url.searchParams.get(name) ?? otherwise);

/** A v4 server: page number and limit, which it may clamp, and which it may then echo as if it had not. */
const pageOf = (ids: ReadonlyArray<string>, asked: Asked, most: number, isEchoing = false) => {
  const limit = Math.min(number(asked, "limit", 100), most);
  const page = number(asked, "page", 1);
  return json({
    items: ids.slice((page - 1) * limit, page * limit).map(config),
    current_page: page,
    items_per_page: isEchoing ? number(asked, "limit", 100) : limit,
    total_item_count: ids.length,
  });
};

/** A v5 server: the items after, or before, an id. */
const sliceOf = (ids: ReadonlyArray<string>, asked: Asked, most: number) => {
  const limit = Math.min(number(asked, "limit", 100), most);
  const before = asked.url.searchParams.get("ending_before");
  const after = asked.url.searchParams.get("starting_after");
  const end = before === null ? ids.length : ids.indexOf(before);
  const start = before === null ? (after === null ? 0 : ids.indexOf(after) + 1) : Math.max(0, end - limit);
  const items = ids.slice(start, before === null ? start + limit : end);
  const has_more = before === null ? start + limit < ids.length : start > 0;
  return json({ object: "list", items: items.map(dataset), total: ids.length, has_more, limit });
};

const client = (server: (asked: Asked) => Response) => {
  const scripted = script((asked) => server(asked), { maxRetries: 0 });
  const effects = Resources.make(scripted.transport);
  const promises = Promises.make(scripted.transport, (effect) => Effect.runPromise(scripted.provide(effect)));
  return { ...scripted, effects, promises };
};

const collect = async (items: AsyncIterable<Item>): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  for await (const { id } of items) ids.push(id);
  return ids;
};

const total = fc.nat({ max: 40 });
const limit = fc.integer({ min: 1, max: 15 });
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

it("v4: a list that stands still is walked in order, each item once, for any page size and clamp", () =>
  fc.assert(
    fc.asyncProperty(total, limit, limit, fc.boolean(), async (count, limit, most, isEchoing) => {
      const { effects, promises, asked } = client((asked) => pageOf(idsOf(count), asked, most, isEchoing));
      expect(await collect(promises.evaluationConfigs.list({ limit }))).toEqual(idsOf(count));
      expect(asked).toHaveLength(Math.max(1, Math.ceil(count / Math.min(limit, most))));
      const streamed = await Effect.runPromise(Stream.runCollect(effects.evaluationConfigs.list({ limit })));
      expect(streamed.map(({ id }) => id)).toEqual(idsOf(count));
    }),
  ));

it("v4: a walk can begin at any page", () =>
  fc.assert(
    fc.asyncProperty(
      total,
      limit,
      limit,
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      async (count, limit, most, page, isEchoing) => {
        const { promises } = client((asked) => pageOf(idsOf(count), asked, most, isEchoing));
        expect(await collect(promises.evaluationConfigs.list({ limit, page }))).toEqual(
          idsOf(count).slice((page - 1) * Math.min(limit, most)),
        );
      },
    ),
  ));

it("v5: a list that stands still is walked in order, each item once, forwards and backwards", () =>
  fc.assert(
    fc.asyncProperty(total, limit, limit, async (count, limit, most) => {
      const ids = idsOf(count);
      const { promises, asked } = client((asked) => sliceOf(ids, asked, most));
      expect(await collect(promises.v5.datasets.list({ limit }))).toEqual(ids);
      expect(asked).toHaveLength(Math.max(1, Math.ceil(count / Math.min(limit, most))));
      if (count === 0) return;
      const backwards: Array<string> = [];
      for await (const page of promises.v5.datasets.list({ limit, ending_before: ids.at(-1)! }).pages()) {
        backwards.unshift(...page.items.map(({ id }) => id));
      }
      expect(backwards).toEqual(ids.slice(0, -1));
    }),
  ));

it("v4: items added in front during a walk change nothing: what was there comes once, in order", () =>
  fc.assert(
    fc.asyncProperty(
      total,
      fc.integer({ min: 2, max: 15 }),
      fc.array(fc.nat({ max: 14 }), { maxLength: 20 }),
      async (count, limit, additions) => {
        let ids = idsOf(count);
        const { promises, asked } = client((ask) => {
          const answer = pageOf(ids, ask, 100);
          const added = Math.min(additions[asked.length - 1] ?? 0, limit - 1);
          ids = [...Array.from({ length: added }, (_, index) => `new-${asked.length}-${index}`), ...ids];
          return answer;
        });
        expect(await collect(promises.evaluationConfigs.list({ limit }))).toEqual(idsOf(count));
      },
    ),
  ));

it("v4: items taken away in front during a walk never make another one come twice", () =>
  fc.assert(
    fc.asyncProperty(total, limit, fc.array(fc.nat({ max: 14 }), { maxLength: 20 }), async (count, limit, removals) => {
      let ids = idsOf(count);
      const { promises, asked } = client((ask) => {
        const answer = pageOf(ids, ask, 100);
        ids = ids.slice(removals[asked.length - 1] ?? 0);
        return answer;
      });
      const seen = await collect(promises.evaluationConfigs.list({ limit }));
      expect(new Set(seen).size).toBe(seen.length);
      expect(asked.length).toBeLessThanOrEqual(Math.max(1, Math.ceil(count / limit)));
    }),
  ));

it("a walk ends for any answers of a finite server", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          ids: fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 4 }),
          current_page: fc.integer(),
          items_per_page: fc.integer({ min: -3, max: 50 }),
          total_item_count: fc.integer({ min: -5, max: 200 }),
          has_more: fc.boolean(),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      fc.constantFrom("v4", "v5"),
      async (answers, version) => {
        const { promises, asked } = client((ask) => {
          expect(asked.length).toBeLessThan(1_000);
          const { ids, ...answer } = answers[(asked.length - 1) % answers.length]!;
          return ask.url.pathname.startsWith("/v4")
            ? json({ ...answer, items: ids.map(config) })
            : json({
                object: "list",
                items: ids.map(dataset),
                total: answer.total_item_count,
                has_more: answer.has_more,
                limit: 4,
              });
        });
        const list = version === "v4" ? promises.evaluationConfigs.list() : promises.v5.datasets.list();
        const outcome = await collect(list).catch((error) => error.reason._tag);
        expect(Array.isArray(outcome) || outcome === "Undecodable").toBe(true);
      },
    ),
    { numRuns: 300 },
  ));

it("items, pages and nextPage agree", () =>
  fc.assert(
    fc.asyncProperty(total, limit, async (count, limit) => {
      const { promises } = client((asked) => pageOf(idsOf(count), asked, 100));
      const byPages: Array<string> = [];
      for await (const page of promises.evaluationConfigs.list({ limit }).pages())
        byPages.push(...page.items.map(({ id }) => id));
      const byHand: Array<string> = [];
      for (let page = await promises.evaluationConfigs.list({ limit }); ; page = (await page.nextPage())!) {
        byHand.push(...page.items.map(({ id }) => id));
        if (!page.hasNextPage) {
          expect(await page.nextPage()).toBeUndefined();
          break;
        }
      }
      expect(byPages).toEqual(idsOf(count));
      expect(byHand).toEqual(idsOf(count));
    }),
    { numRuns: 40 },
  ));
