/**
 * The API key, kept where it cannot be printed.
 *
 * 1. The key is held as `Redacted`; nothing here has a property, a string or a JSON form that shows it.
 * 2. A provider is asked before each attempt, so that a renewed key is used at once.
 * 3. Keys echoed in a server's text are redacted before they reach an error: in every string of it, here and nowhere else.
 * 4. A provider's error is shown without its long words: one of them may be a key that has never been seen here.
 */
import * as Effect from "effect/Effect";
import * as Predicate from "effect/Predicate";
import * as Redacted from "effect/Redacted";
import { SgpError } from "../SgpError.ts";
import { headerIssue } from "./HttpRequest.ts";

type Key = string | Redacted.Redacted<string>;

/** A key, or a function called for one before each attempt; `null` where a proxy in between adds the key. */
export type ApiKey = Key | null | (() => Key | PromiseLike<Key>);

export interface Credentials {
  /** The header to send, or none. */
  readonly header: Effect.Effect<Readonly<Record<string, string>>, SgpError>;
  /** The same error without any key that was used lately. */
  readonly redact: (error: SgpError) => SgpError;
  /** A text of the server's without any key that was used lately. */
  readonly clean: (text: string) => string;
}

// Shorter keys are found in words; they are the keys of tests.
const shortestRedacted = 8;
const keysRemembered = 4;

const missing = (detail: string) => new SgpError({ reason: { _tag: "Unauthorized" }, detail });

const same = <A>(before: ReadonlyArray<A>, after: ReadonlyArray<A>): ReadonlyArray<A> =>
  after.every((each, index) => each === before[index]) ? before : after;

/** A provider's error, without any word that could be a key: a key not used yet cannot be recognised. */
export const withoutSecrets = (text: string): string => text.replaceAll(/[A-Za-z0-9_.+/=~-]{20,}/g, "<redacted>");

/** The problem with a key, without quoting it. */
export const keyIssue = (key: unknown): string | undefined => {
  const value = Redacted.isRedacted(key) ? Redacted.value(key) : key;
  if (typeof value !== "string" || value.trim() === "") return "the key is not a string, or empty";
  return (
    headerIssue("x-api-key", value) && "the key has characters that no header can hold (a line break copied with it?)"
  );
};

export const make = (apiKey: ApiKey): Credentials => {
  const used: Array<Redacted.Redacted<string>> = [];
  const remember = (key: Key) => {
    const value = Redacted.isRedacted(key) ? Redacted.value(key) : key;
    if (!used.some((known) => Redacted.value(known) === value)) {
      used.unshift(Redacted.make(value));
      used.length = Math.min(used.length, keysRemembered);
    }
    return { "x-api-key": value };
  };
  const clean = (text: string) =>
    used.reduce((rest, key) => {
      const value = Redacted.value(key);
      return value.length < shortestRedacted ? rest : rest.replaceAll(value, "<redacted>");
    }, text);
  /** The value without any key in any of its strings; the value itself when there was none. */
  const cleaned = (value: unknown): unknown => {
    if (typeof value === "string") return clean(value);
    if (value instanceof Error) return cleanedError(value);
    if (Array.isArray(value)) return same(value, value.map(cleaned));
    if (!Predicate.isObject(value)) return value;
    const entries = Object.entries(value);
    const after = entries.map(([name, each]) => [clean(name), cleaned(each)] as const);
    const isSame = after.every(([name, each], index) => name === entries[index]![0] && each === entries[index]![1]);
    return isSame ? value : Object.fromEntries(after);
  };
  const cleanedError = (error: Error): Error => {
    const { name, message, stack = "", cause } = error;
    const text = clean(message);
    if (text === message && clean(stack) === stack && cleaned(cause) === cause) return error;
    const copy = new Error(text, cause === undefined ? undefined : { cause: cleaned(cause) });
    return Object.assign(copy, { name, stack: clean(stack) });
  };

  const header = (): Credentials["header"] => {
    if (apiKey === null) return Effect.succeed({});
    if (typeof apiKey !== "function") return Effect.sync(() => remember(apiKey));
    return Effect.flatMap(
      Effect.tryPromise({
        try: async () => await apiKey(),
        // A token service that fails once may answer the next time: that is no refusal.
        catch: (error) => {
          const description = withoutSecrets(error instanceof Error ? error.message : String(error));
          return new SgpError({
            reason: { _tag: "Unreachable", description: `apiKey() failed: ${description}`, isUnsent: true },
          });
        },
      }),
      (key) => {
        const issue = keyIssue(key);
        return issue === undefined
          ? Effect.sync(() => remember(key))
          : Effect.fail(missing(`apiKey() gave nothing to send: ${issue}`));
      },
    );
  };

  return {
    header: header(),
    clean,
    redact: (error) => {
      const { reason, detail, requestId, path, cause } = error;
      const said = { reason, detail, requestId, path, cause };
      const after = cleaned(said);
      return after === said ? error : error.with(after as typeof said);
    },
  };
};
