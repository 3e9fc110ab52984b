/**
 * The API key, kept where it cannot be printed.
 *
 * 1. The key is held as `Redacted`; nothing here has a property, a string or a JSON form that shows it.
 * 2. A provider is asked before each attempt, so that a renewed key is used at once.
 * 3. Text from outside that quotes the key (an error of a proxy, say) is cleaned before it becomes part of an error.
 */
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { type Reason, SgpError } from "../SgpError.ts";
import { headerIssue } from "./HttpRequest.ts";

type Key = string | Redacted.Redacted<string>;

/** A key, or a function that is asked for one before each attempt; `null` where something in between adds the key. */
export type ApiKey = Key | null | (() => Key | PromiseLike<Key>);

export interface Credentials {
  /** The header to send, or none. */
  readonly header: Effect.Effect<Readonly<Record<string, string>>, SgpError>;
  /** The same error without any key that was used lately. */
  readonly redact: (error: SgpError) => SgpError;
}

// Shorter keys are found in words; they are the keys of tests.
const shortestRedacted = 8;
const keysRemembered = 4;

const missing = (detail: string) => new SgpError({ _tag: "Unauthorized" }, { detail });

/** What is wrong with a key, without quoting it. */
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
  const cleanReason = (reason: Reason): Reason => {
    switch (reason._tag) {
      case "Invalid":
        return { ...reason, issues: reason.issues.map((issue) => ({ ...issue, message: clean(issue.message) })) };
      case "Unreachable":
      case "Undecodable":
        return { ...reason, description: clean(reason.description) };
      default:
        return reason;
    }
  };

  const header = (): Credentials["header"] => {
    if (apiKey === null) return Effect.succeed({});
    if (typeof apiKey !== "function") return Effect.sync(() => remember(apiKey));
    return Effect.flatMap(
      Effect.tryPromise({
        try: async () => await apiKey(),
        catch: (error) => missing(`apiKey() failed: ${error instanceof Error ? error.message : String(error)}`),
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
    redact: (error) => {
      const detail = error.detail === undefined ? undefined : clean(error.detail);
      const reason = cleanReason(error.reason);
      const dirty = detail !== error.detail || JSON.stringify(reason) !== JSON.stringify(error.reason);
      return dirty ? error.with({ reason, detail }) : error;
    },
  };
};
