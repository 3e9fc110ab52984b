/** Lists, walked to their end: each item once, in order, for any page size, with any changes in between. */
import { endpoints, resources } from "@evalwire/core/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeWorld, type World } from "./world.ts";

const specs = resources.applicationSpecs;
const { datasets } = resources.v5;

const makeSpecs = async ({ call }: World, names: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  for (const name of names) {
    ids.push((await call(specs.create, { body: { account_id: "acme", name, description: "d" } })).id);
  }
  return ids;
};

const makeDatasets = async ({ call }: World, names: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = [];
  for (const name of names) ids.push((await call(datasets.create, { body: { name, data: [{ a: 1 }] } })).id);
  return ids;
};

const names = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 });
const limit = fc.integer({ min: 1, max: 4 });

describe("pages of v4", () => {
  it("pages 1 … n, one after the other, are the list", () =>
    fc.assert(
      fc.asyncProperty(names, limit, fc.array(fc.nat({ max: 6 })), async (names, limit, archived) => {
        await using world = await makeWorld();
        const ids = await makeSpecs(world, names);
        const gone = new Set(archived.flatMap((index) => ids[index] ?? []));
        for (const id of gone) await world.call(specs.delete, { params: { application_spec_id: id } });
        const expected = ids.filter((id) => !gone.has(id));
        const walked: Array<string> = [];
        for (let page = 1; ; page++) {
          const found = await world.call(specs.list, { query: { page, limit } });
          expect(found).toMatchObject({
            current_page: page,
            items_per_page: limit,
            total_item_count: expected.length,
          });
          if (found.items.length === 0) break;
          walked.push(...found.items.map(({ id }) => id));
        }
        expect(walked).toEqual(expected);
        const all = await world.call(specs.list, { query: { include_archived: true } });
        expect(all.items.map(({ id }) => id)).toEqual(ids);
      }),
      { numRuns: 40 },
    ));

  it("sort_by orders by each field in turn, and else by creation", () =>
    fc.assert(
      fc.asyncProperty(
        names,
        fc.constantFrom("asc", "desc"),
        fc.constantFrom("asc", "desc"),
        async (names, one, two) => {
          await using world = await makeWorld();
          const [spec] = await makeSpecs(world, ["spec"]);
          const made = [];
          for (const [index, name] of names.entries()) {
            const body = { type: "default" as const, account_id: "acme", application_spec_id: spec!, name };
            const description = String(index % 2);
            made.push(await world.call(resources.evaluations.create, { body: { ...body, description } }));
          }
          const compare = (a: string, b: string, direction: string) =>
            (a < b ? -1 : a > b ? 1 : 0) * (direction === "asc" ? 1 : -1);
          const expected = made.toSorted(
            (a, b) => compare(a.description, b.description, one) || compare(a.name, b.name, two),
          );
          const { items } = await world.call(resources.evaluations.list, {
            query: { sort_by: [`description:${one}`, `name:${two}`] },
          });
          expect(items.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        },
      ),
      { numRuns: 25 },
    ));
});

describe("pages of v5", () => {
  const order = fc.record({
    sort_by: fc.constantFrom("created_at", "name", undefined),
    sort_order: fc.constantFrom("asc" as const, "desc" as const, undefined),
  });

  const defined = <A extends object>(query: A): A =>
    Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as A;

  const ordered = (
    ids: ReadonlyArray<string>,
    names: ReadonlyArray<string>,
    { sort_by, sort_order }: { readonly sort_by: string | undefined; readonly sort_order: string | undefined },
  ): ReadonlyArray<string> => {
    const sign = sort_order === "desc" ? -1 : 1;
    const index = ids.map((_, index) => index);
    const byName = (a: number, b: number) =>
      sort_by === "name" ? (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0) : 0;
    return index.toSorted((a, b) => sign * (byName(a, b) || a - b)).map((at) => ids[at]!);
  };

  it("starting_after walks forward and ending_before back over the same list", () =>
    fc.assert(
      fc.asyncProperty(names, limit, order, async (names, limit, order) => {
        await using world = await makeWorld();
        const ids = await makeDatasets(world, names);
        const expected = ordered(ids, names, order);
        const page = (query: object) =>
          world.call(datasets.list, { query: defined({ ...order, limit, ...query }) as never });

        const forward: Array<string> = [];
        for (let more = true; more; ) {
          const last = forward.at(-1);
          const found = await page(last === undefined ? {} : { starting_after: last });
          expect(found).toMatchObject({ object: "list", total: ids.length, limit });
          forward.push(...found.items.map(({ id }) => id));
          more = found.has_more === true;
        }
        expect(forward).toEqual(expected);

        const backward: Array<string> = expected.slice(-1);
        for (let more = expected.length > 0; more; ) {
          const found = await page({ ending_before: backward[0] });
          backward.unshift(...found.items.map(({ id }) => id));
          more = found.has_more === true;
        }
        expect(backward).toEqual(expected);
      }),
      { numRuns: 60 },
    ));

  it("every list takes each of its one-value fields as a sort key, and refuses every other", async () => {
    await using world = await makeWorld();
    const { v5 } = resources;
    const made = await makeDatasets(world, ["b", "a"]);
    const body = { name: "E", tasks: [], data: [{ a: 2 }, { a: 1 }] };
    const evaluation = await world.call(v5.evaluations.create, { body } as never);
    await world.call(v5.questions.create, {
      body: { name: "q", prompt: "?", question_type: "free_text" },
    } as never);
    await world.call(v5.evaluationGroups.create, { body: { name: "g", evaluation_ids: [evaluation.id] } } as never);
    const lists = [
      ...endpoints.filter(({ method, paging, path }) => method === "GET" && paging === "cursor" && !path.includes(":")),
    ].map(({ path }) => `${path}?`);
    lists.push(`/v5/dataset-items?dataset_id=${made[0]}&`, `/v5/dataset-items?dataset_id=${made[0]}&version=1&`);
    expect(lists.length).toBeGreaterThan(8);
    for (const list of lists) {
      const refused = await world.send("GET", `${list}sort_by=colour&limit=0`);
      expect([list, refused.status, refused.value.detail.length]).toEqual([list, 422, 2]);
      const [wrong] = refused.value.detail;
      expect([wrong.loc, wrong.type]).toEqual([["query", "sort_by"], "enum"]);
      const keys = [...wrong.msg.matchAll(/'(\w+)'/g)].map(([, key]) => key!);
      expect(keys).toContain("created_at");
      for (const key of keys) {
        const { status, value } = await world.send("GET", `${list}sort_by=${key}&sort_order=desc&limit=100`);
        expect([list, key, status, value.items.length]).toEqual([list, key, 200, value.total]);
      }
      for (const key of ["object", "tags", "data", "metadata", "__proto__", "name;"]) {
        expect([key, (await world.send("GET", `${list}sort_by=${key}`)).status]).toEqual([key, 422]);
      }
    }
    const filter = { method: "POST", path: "/v5/evaluations/filter?sort_by=colour", body: { filters: [] } };
    expect((await world.send(filter.method, filter.path, filter)).status).toBe(422);
  });

  it("a sort is by value, what is missing comes last, and equal ones stand as they were made", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            name: fc.constantFrom("a", "B", "b", "10", "9", "\uff5e", "\u{1f600}", "e\u0000", "e"),
            description: fc.constantFrom(undefined, null, "", "x", '"'),
          }),
          { maxLength: 7 },
        ),
        limit,
        fc.constantFrom("name", "description", "current_version_num", "id", "archived_at"),
        fc.constantFrom("asc", "desc"),
        fc.boolean(),
        async (bodies, limit, key, direction, isFiltered) => {
          await using world = await makeWorld();
          const made: Array<Record<string, unknown> & { readonly id: string }> = [];
          for (const body of bodies) {
            const given = { ...defined(body), data: [{ a: 1 }] };
            made.push((await world.call(datasets.create, { body: given } as never)) as never);
          }
          const bytes = (value: unknown) => Buffer.from(JSON.stringify(value) === undefined ? "" : String(value));
          const compare = (a: unknown, b: unknown) =>
            a == null || b == null
              ? Number(a == null) - Number(b == null)
              : typeof a === "number"
                ? a - (b as number)
                : Buffer.compare(bytes(a), bytes(b));
          const expected = made.toSorted((a, b) => compare(a[key], b[key]));
          if (direction === "desc") {
            const backwards = made.toReversed().toSorted((a, b) => compare(b[key], a[key]));
            expected.splice(0, made.length, ...backwards);
          }
          const walked: Array<string> = [];
          for (let more = true; more; ) {
            const last = walked.at(-1);
            const after = last === undefined ? "" : `&starting_after=${last}`;
            const query = `sort_by=${key}&sort_order=${direction}&limit=${limit}${isFiltered ? "&name=" : ""}${after}`;
            const { value } = await world.send("GET", `/v5/datasets?${query}`);
            walked.push(...value.items.map(({ id }: { readonly id: string }) => id));
            more = value.has_more;
          }
          expect(walked).toEqual(expected.map(({ id }) => id));
        },
      ),
      { numRuns: 60 },
    ));

  it("a walk loses and repeats nothing while others add and archive", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("add", "archive last", "archive next", "nothing"), { minLength: 5, maxLength: 12 }),
        limit,
        fc.constantFrom("created_at" as const, "name" as const),
        async (moves, limit, sort_by) => {
          await using world = await makeWorld();
          const ids = [...(await makeDatasets(world, ["c", "a", "b", "a", "c", "b"]))];
          const gone = new Set<string>();
          const walked: Array<string> = [];
          const archive = async (id: string | undefined) => {
            if (id === undefined || gone.has(id)) return;
            await world.call(datasets.delete, { params: { dataset_id: id } });
            gone.add(id);
          };
          for (let more = true, turn = 0; more; turn++) {
            const last = walked.at(-1);
            const after = last === undefined ? {} : { starting_after: last };
            const found = await world.call(datasets.list, { query: { limit, sort_by, ...after } });
            walked.push(...found.items.map(({ id }) => id));
            const move = moves[turn];
            if (move === "add") ids.push(...(await makeDatasets(world, ["z"])));
            if (move === "archive last") await archive(walked.at(-1));
            if (move === "archive next") await archive(ids[ids.indexOf(walked.at(-1)!) + 1]);
            more = found.has_more || move === "add";
          }
          expect(new Set(walked).size).toBe(walked.length);
          const stayed = ids.filter((id) => !gone.has(id));
          expect(stayed.filter((id) => !walked.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    ));

  it("a cursor that names nothing, or two of them, are refused", async () => {
    await using world = await makeWorld();
    const [id] = await makeDatasets(world, ["a"]);
    const ask = async (query: object) => (await world.attempt(datasets.list, { query: query as never })).value.detail;
    expect((await ask({ starting_after: "none" }))[0].loc).toEqual(["query", "starting_after"]);
    expect((await ask({ starting_after: id, ending_before: id }))[0].loc).toEqual(["query", "ending_before"]);
    expect((await ask({ sort_by: "colour" }))[0].type).toBe("enum");
  });
});
