/**
 * The names objects and unions have in the OpenAPI document: those the contract exports them under, `v5.` before those of v5.
 */
import * as contract from "./index.ts";
import type { Codec, Node } from "./schema/Schema.ts";

// Schemas and the modules that have them are written with a capital, endpoints and functions without.
const isNoun = ([name, value]: readonly [string, unknown]): boolean => /^[A-Z]/.test(name) && typeof value === "object";

const entries = (part: object, prefix: string): ReadonlyArray<readonly [Node, string]> =>
  Object.entries(part)
    .filter(isNoun)
    .flatMap(([name, value]: readonly [string, Codec<unknown> | object]) => {
      if (!("node" in value)) return entries(value, prefix);
      const { node } = value;
      return node.kind === "struct" || node.kind === "union" ? [[node, prefix + name]] : [];
    });

export const names: ReadonlyMap<Node, string> = new Map([...entries(contract, ""), ...entries(contract.v5, "v5.")]);
