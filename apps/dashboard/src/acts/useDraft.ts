/**
 * Text and choices typed and not sent yet: kept by this tab of the browser, so that neither a reload, another page nor an assignment that ends
 * loses it. Gone once it is sent, or as it was before.
 */
import { useCallback, useState } from "react";

const keyOf = (name: string): string => `evalwire/draft/${name}`;

const read = (name: string): string | null => {
  try {
    return sessionStorage.getItem(keyOf(name));
  } catch {
    // Storage is forbidden: then a draft lives as long as its form.
    return null;
  }
};

const write = (name: string, text: string | undefined): void => {
  try {
    if (text === undefined) sessionStorage.removeItem(keyOf(name));
    else sessionStorage.setItem(keyOf(name), text);
  } catch {
    // As above, or it is full.
  }
};

/** A draft is of one state of what it changes: where that has become another one, it is none any more. */
const parse = <A>(text: string | null, base: string): A | undefined => {
  if (text === null) return undefined;
  const [of, draft] = JSON.parse(text) as readonly [string, A];
  return of === base ? draft : undefined;
};

/** Whether there is a draft of a value. */
export const hasDraft = (name: string, value: unknown): boolean =>
  parse(read(name), JSON.stringify(value)) !== undefined;

/**
 * @param name of the draft, unique in this browser
 * @param value that it begins with
 * @returns the draft, how to change it, and how to forget it
 */
export const useDraft = <A>(name: string, value: A): readonly [A, (draft: A) => void, () => void] => {
  const base = JSON.stringify(value);
  const [draft, setDraft] = useState(() => parse<A>(read(name), base) ?? value);
  const change = useCallback(
    (next: A) => {
      const text = JSON.stringify(next);
      write(name, text === base ? undefined : JSON.stringify([base, next]));
      setDraft(next);
    },
    [name, base],
  );
  const forget = useCallback(() => write(name, undefined), [name]);
  return [draft, change, forget];
};
