/**
 * The demo's test cases: short texts about everyday things, written for this project, each with a summary to expect
 * and one to judge. No person, company or place in them exists outside these files.
 */
import { crafts } from "./crafts.ts";
import type { DemoCase } from "./DemoCase.ts";
import { engineering } from "./engineering.ts";
import { garden } from "./garden.ts";
import { kitchen } from "./kitchen.ts";
import { maintenance } from "./maintenance.ts";
import { science } from "./science.ts";
import { town } from "./town.ts";
import { weather } from "./weather.ts";

export type { DemoCase };

/** Every case with its topic, in the order in which the demo sends them. */
export const cases: ReadonlyArray<DemoCase & { readonly topic: string }> = Object.entries({
  weather,
  kitchen,
  garden,
  engineering,
  science,
  town,
  crafts,
  maintenance,
}).flatMap(([topic, list]) => list.map((demoCase) => ({ ...demoCase, topic })));
