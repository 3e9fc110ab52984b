/** Maps that JSON writes as objects of their entries, so that what holds them can be kept in a file. */

const toJSON = {
  value(this: ReadonlyMap<string, unknown>) {
    return Object.fromEntries(this);
  },
};

/** A Map like any other, but for what JSON makes of it. */
export const jsonMap = <Value>(entries: Iterable<readonly [string, Value]> = []): Map<string, Value> =>
  Object.defineProperty(new Map(entries), "toJSON", toJSON);

/** A Map, or its form after a pass through JSON. */
export type Entries<Value> = ReadonlyMap<string, Value> | Readonly<Record<string, Value>>;

/** The value under a key, in either form. */
export const at = <Value>(entries: Entries<Value>, key: string): Value | undefined => {
  if (entries instanceof Map) return entries.get(key);
  return Object.hasOwn(entries, key) ? (entries as Readonly<Record<string, Value>>)[key] : undefined;
};
