/**
 * The rooms of `src/` know one another one way: contract ← client ← watch ← plugins and faces. The lint says so; this plants an
 * import against each wall, and one that is allowed beside it, and looks whether the lint sees them.
 */
import { expect, it } from "vitest";
// @boundaries-ignore what looks at the lint stands beside the lint's own rules
import { seenByLint } from "../../../scripts/lint/seenByLint.ts";

const refused: Readonly<Record<string, string>> = {
  "contract/a.ts": 'import type { SGPClient } from "../SGPClient.ts";\nexport type A = SGPClient;',
  "contract/v4/b.ts": 'export { Calls } from "../../client/Calls.ts";',
  "contract/v5/c.ts": 'import type { Watch } from "../../watch/Watch.ts";\nexport type A = Watch;',
  "client/d.ts": 'export const a = await import("../watch/Watch.ts");',
  "client/http/e.ts": 'import type { Plugin } from "../../plugin/Plugin.ts";\nexport type A = Plugin;',
  "client/f.ts": 'import { Sgp } from "../Sgp.ts";\nexport const a = Sgp;',
  "watch/g.ts": 'import type { Plugin } from "../plugin/Plugin.ts";\nexport type A = Plugin;',
  "watch/f.ts": 'import { publish } from "../feed/publish.ts";\nexport const a = publish;',
  "watch/time/h.ts": 'import { Origin } from "../../Origin.ts";\nexport const a = Origin;',
  "watch/i.ts": 'import { Observable } from "rxjs/internal/Observable";\nexport const a = Observable;',
  "plugin/j.ts": 'import { EventEmitter } from "eventemitter3";\nexport const a = EventEmitter;',
  "plugin/k.ts": 'import { trace } from "@opentelemetry/api";\nexport const a = trace;',
  "watch/l.ts": 'import * as Effect from "effect";\nexport const a = Effect;',
  "plugin/m.ts": 'import { SimulatedClock } from "../testing.ts";\nexport const a = SimulatedClock;',
  "watch/n.ts": 'import { SGPClient } from "@evalwire/core";\nexport const a = SGPClient;',
  "emitter.ts": 'import { Observable } from "rxjs";\nexport const a = Observable;',
  "watch/o.ts": 'import type { P } from "./p.ts";\nexport type O = P | 1;',
  "watch/p.ts": 'import type { O } from "./o.ts";\nexport type P = O | 2;',
};

const allowed: Readonly<Record<string, string>> = {
  "client/q.ts": 'import { resources } from "../contract/v4/resources.ts";\nexport const a = resources;',
  "watch/r.ts": 'import { Transport } from "../client/Transport.ts";\nexport const a = Transport;',
  "plugin/s.ts": 'import { SGPClient } from "../SGPClient.ts";\nexport const a = SGPClient;',
  "plugin/openTelemetry.ts": 'import { trace } from "@opentelemetry/api";\n\nexport const a = trace;',
  "rxjs.ts": 'import { Observable } from "rxjs";\n\nexport const a = Observable;',
};

it("the lint refuses every import against the walls, and none along them", async () => {
  const of = (files: object, isRefused: boolean) =>
    Object.fromEntries(Object.keys(files).map((name) => [name, isRefused]));
  expect(await seenByLint("packages/core/src", { ...refused, ...allowed })).toEqual({
    ...of(refused, true),
    ...of(allowed, false),
  });
});
