import { useRef } from "react";

/**
 * Rows in the order they had when a reader began to point at them, as long as it is held: values change in place, and nothing moves
 * under the pointer.
 *
 * @param latest the row of a key as it is now, also when it is not among `rows` any more
 */
export const useHeldOrder = <T>(
  rows: ReadonlyArray<T>,
  keyOf: (row: T) => string,
  latest: (key: string) => T | undefined,
  isHeld: boolean,
): ReadonlyArray<T> => {
  const held = useRef<{ readonly keys: ReadonlyArray<string>; readonly rows: ReadonlyMap<string, T> }>(undefined);
  if (!isHeld) {
    held.current = undefined;
    return rows;
  }
  held.current ??= { keys: rows.map(keyOf), rows: new Map(rows.map((row) => [keyOf(row), row])) };
  const { keys, rows: before } = held.current;
  return keys.map((key) => latest(key) ?? before.get(key)!);
};
