import fc from "fast-check";
import { expect, it } from "vitest";
import { mark, Repeats } from "../../src/score/input/Repeats.ts";

const name = fc.record({
  id: fc.oneof(fc.constantFrom("a", "b", "ab", "\ud800"), fc.string()),
  group: fc.constantFrom("", "g", "h"),
});

it("found() = how many records have an id of an earlier one of their group, and where the first two of one stand", () => {
  fc.assert(
    fc.property(fc.array(fc.array(name, { maxLength: 8 }), { maxLength: 5 }), (files) => {
      const repeats = new Repeats<number>();
      files.forEach((names, file) => {
        const marks: Array<number> = [];
        names.forEach(({ id, group }, at) => {
          mark(id, group, at + 1, (part) => marks.push(part));
        });
        repeats.push(Uint32Array.from(marks), file, 10);
      });
      const all = files.flatMap((names, file) =>
        names.map(({ id, group }, at) => ({ key: JSON.stringify([id, group]), file, line: at + 11 })),
      );
      const count = all.length - new Set(all.map(({ key }) => key)).size;
      const twins = all.map(({ key }) => all.filter((one) => one.key === key)).find(({ length }) => length > 1);
      const [first, second] = (twins ?? []).map(({ file, line }) => ({ file, line }));
      expect(repeats.found()).toEqual(twins && { count, first, second });
    }),
  );
});
