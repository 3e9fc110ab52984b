import { orderedObject } from "@evalwire/core/contract";
import * as Predicate from "effect/Predicate";
import { isKept } from "../ExactJson.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The object after a JSON merge patch: `null` takes a member away, an object is merged, anything else replaces.
 *
 * @source RFC 7396, section 2
 */
export const mergePatch = (target: Json, patch: Json): Json => {
  const merged = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else if (!Predicate.isObject(value) || isKept(value)) merged.set(name, value);
    else {
      const old = merged.get(name);
      merged.set(name, mergePatch(Predicate.isObject(old) ? old : {}, value));
    }
  }
  return orderedObject(merged);
};
