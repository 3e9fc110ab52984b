/**
 * Plugins: programs that live inside a client.
 *
 * 1. Plugins are set up in the order of their declaration, one after the other, and closed in the reverse order. Calls
 *    wait until all are set up.
 * 2. A middleware that a plugin puts around HTTP attempts lies inside those of the plugins before it.
 * 3. A plugin that throws or takes too long is reported under its name to `onProblem`, and affects no other: a setup
 *    that fails leaves the plugin (and those that require it) out, a middleware that fails is passed by, a listener that fails is
 *    given the next event all the same.
 * 4. Closing a plugin undoes everything it registered, whether its own undo does so or not.
 * 5. No plugin sees the API key.
 */

import { checkOptions } from "../contract/unknownNames.ts";
import type { Shared } from "../Origin.ts";
import type { PluginDefinition, PluginLimits } from "./PluginHost.ts";
import { type Installable, runtime } from "./PluginRuntime.ts";
import { Plugins } from "./Plugins.ts";

/** A plugin, to be given to `new SGPClient({ plugins })` or `Sgp.layer({ plugins })`. */
export interface Plugin extends PluginDefinition, Installable<Shared> {
  readonly name: string;
}

const names: Record<keyof PluginDefinition, true> = { name: true, requires: true, limits: true, setup: true };
const limitNames: Record<keyof PluginLimits, true> = { setup: true, middleware: true, listener: true, close: true };

/**
 * Makes a plugin. Throws a `TypeError` at a part it does not know.
 *
 * @example
 * ```ts
 * import { definePlugin, SGPClient } from "@evalwire/core";
 *
 * const seen: string[] = [];
 * const journal = definePlugin({
 *   name: "journal",
 *   setup: (host) => {
 *     host.around(async (request, next) => {
 *       const response = await next(request);
 *       seen.push(`${request.endpoint}: ${response.status}`);
 *       return response;
 *     });
 *     return () => seen.push("closed");
 *   },
 * });
 *
 * const fetch = async () => Response.json(null);
 * const client = new SGPClient({ apiKey: "a key", fetch, plugins: [journal] });
 * await client.evaluations.claimTask("e1"); // => null
 * await client.close();
 * seen; // => ["evaluations.claimTask: 200", "closed"]
 * ```
 */
export const definePlugin = (definition: PluginDefinition): Plugin => {
  checkOptions("definePlugin", definition, names);
  checkOptions("definePlugin: limits", definition.limits ?? {}, limitNames);
  return { ...definition, [runtime]: Plugins };
};
