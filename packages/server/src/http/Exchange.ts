/** A request and its answer as plain values, independent of their transport: a socket, or a `Request` and a `Response`. */
import type { Content } from "../Content.ts";

/** The parts of a request known before its body is read. */
export interface Head {
  readonly method: string;
  /** With its escapes, as it was sent. */
  readonly path: string;
  /** The query without its question mark. */
  readonly search: string;
  /** By lower-case name. */
  readonly header: (name: string) => string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Content;
  /** Where the compressed body is kept from its first request on, when the same answer is given again. */
  readonly packed?: { bytes?: Promise<Uint8Array> };
}

/**
 * The decision on a request: it is answered already, because no body could change the answer, or the body is wanted,
 * up to `maxBodyBytes`.
 */
export type Opened =
  | { readonly _tag: "Answered"; readonly answer: Answer }
  | {
      readonly _tag: "Wanted";
      readonly maxBodyBytes: number;
      readonly answer: (body: Uint8Array) => Promise<Answer>;
      readonly tooLarge: () => Answer;
    };

export type Open = (head: Head) => Opened;

/** JSON; `null` is a value like any other. */
export const json = (status: number, body: Content, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body,
});

/** FastAPI's shape of a refusal. */
export const refusal = (status: number, detail: unknown, headers?: Record<string, string>): Answer =>
  json(status, JSON.stringify({ detail }), headers);
