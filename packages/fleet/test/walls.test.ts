/**
 * The rooms of `src/` know one another one way: engine ← membership ← log and budget ← shard, consumers, corpus, operations ← the
 * fleet itself. This plants an import against each wall, and some that are allowed beside it, and looks whether the lint sees them.
 */
import { expect, it } from "vitest";
// @boundaries-ignore what looks at the lint stands beside the lint's own rules
import { seenByLint } from "../../../scripts/lint/seenByLint.ts";

const importing = (path: string): string => `import { a } from "${path}";\n\nexport const b = a;`;

const refused: Readonly<Record<string, string>> = {
  "engine/a.ts": importing("../membership/Members.ts"),
  "engine/b.ts": importing("../Replica.ts"),
  "membership/a.ts": importing("../log/LogWriter.ts"),
  "membership/b.ts": importing("../budget/BudgetOwner.ts"),
  "log/a.ts": importing("../shard/Shard.ts"),
  "log/b.ts": importing("../budget/BudgetOwner.ts"),
  "budget/a.ts": importing("../log/LogReader.ts"),
  "budget/b.ts": importing("../createFleet.ts"),
  "shard/a.ts": importing("../consumers/Consumption.ts"),
  "shard/b.ts": importing("@evalwire/core/testing"),
  "consumers/a.ts": importing("../shard/Shard.ts"),
  "corpus/a.ts": importing("../membership/Members.ts"),
  "corpus/b.ts": importing("../shard/Shard.ts"),
  "operations/a.ts": importing("../budget/BudgetOwner.ts"),
};

const allowed: Readonly<Record<string, string>> = {
  "membership/c.ts": importing("../engine/Engine.ts"),
  "log/c.ts": importing("../membership/Formats.ts"),
  "shard/c.ts": importing("../log/LogWriter.ts"),
  "consumers/c.ts": importing("@evalwire/core/feed"),
  "Replica.ts": importing("./shard/Shard.ts"),
};

it("the lint refuses every import against the walls, and none along them", async () => {
  const of = (files: object, isRefused: boolean) =>
    Object.fromEntries(Object.keys(files).map((name) => [name, isRefused]));
  expect(await seenByLint("packages/fleet/src", { ...refused, ...allowed })).toEqual({
    ...of(refused, true),
    ...of(allowed, false),
  });
});
