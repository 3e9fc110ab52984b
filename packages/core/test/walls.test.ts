/**
 * The rooms of `src/` know one another one way: contract ← client ← watch ← plugins and faces. The lint says so; this plants an
 * import against each wall, and one that is allowed beside it, and looks whether the lint sees them.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

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
  const folder = await mkdtemp(join(tmpdir(), "walls-"));
  try {
    await cp(join(root, "biome.json"), join(folder, "biome.json"));
    await cp(join(root, "scripts/lint"), join(folder, "scripts/lint"), { recursive: true });
    for (const [name, text] of Object.entries({ ...refused, ...allowed })) {
      const file = join(folder, "packages/core/src", name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${text}\n`);
    }
    const biome = join(root, "node_modules/.bin/biome");
    const args = ["lint", "--reporter=json", "--max-diagnostics=none", "--vcs-enabled=false", "packages"];
    const report = await new Promise<string>((resolve) => {
      execFile(biome, args, { cwd: folder }, (_, stdout) => resolve(stdout));
    });
    const { diagnostics } = JSON.parse(report) as {
      readonly diagnostics: ReadonlyArray<{ readonly category: string; readonly location: { readonly path: unknown } }>;
    };
    const about = (name: string) =>
      diagnostics.filter(
        ({ category, location }) =>
          /noRestrictedImports|noImportCycles/.test(category) && JSON.stringify(location.path).includes(`src/${name}`),
      ).length;
    const seen = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, about(name) > 0]));
    expect(seen(refused)).toEqual(Object.fromEntries(Object.keys(refused).map((name) => [name, true])));
    expect(seen(allowed)).toEqual(Object.fromEntries(Object.keys(allowed).map((name) => [name, false])));
  } finally {
    await rm(folder, { recursive: true });
  }
});
