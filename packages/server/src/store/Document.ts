/**
 * One of the API's objects, as it is kept: the JSON that goes over the wire, under what it is looked up by.
 *
 * The body stays text until its fields are needed: most documents read are only sent on, and need neither parsing nor encoding.
 */

import * as ExactJson from "../ExactJson.ts";

/** A kind of document and, for the compiler only, the type of its bodies. */
export interface Collection<Body extends object> {
  readonly kind: string;
  /** Name of one of them in messages, e.g. `"Question set"`. */
  readonly noun: string;
  readonly Body?: Body;
}

export const collection = <Body extends object>(kind: string, noun: string): Collection<Body> => ({ kind, noun });

/** The lookup keys of a document. */
export interface Place {
  readonly id: string;
  /** Its number among everything stored, in order of insertion. */
  readonly seq: number;
  readonly accountId: string;
  readonly parentId: string | null;
  readonly archivedAt: string | null;
}

export interface Fields<Body extends object> extends Place {
  /** The object as it goes over the wire. */
  readonly body: Body;
  /** Data the server keeps about it and never sends. */
  readonly hidden: unknown;
}

const placeOf = ({ id, seq, accountId, parentId, archivedAt }: Place): Place => ({
  id,
  seq,
  accountId,
  parentId,
  archivedAt,
});

export class Document<Body extends object> implements Fields<Body> {
  readonly id: string;
  readonly seq: number;
  readonly accountId: string;
  readonly parentId: string | null;
  readonly archivedAt: string | null;
  #body: Body | undefined;
  #text: string | undefined;
  #hidden: unknown;
  #hiddenText: string | null | undefined;

  private constructor(place: Place) {
    this.id = place.id;
    this.seq = place.seq;
    this.accountId = place.accountId;
    this.parentId = place.parentId;
    this.archivedAt = place.archivedAt;
  }

  static of<Body extends object>(fields: Fields<Body>): Document<Body> {
    const document = new Document<Body>(fields);
    document.#body = fields.body;
    document.#hidden = fields.hidden ?? null;
    return document;
  }

  /** From what was stored: body and hidden as JSON. */
  static stored<Body extends object>(place: Place, text: string, hidden: string | null): Document<Body> {
    const document = new Document<Body>(place);
    document.#text = text;
    document.#hiddenText = hidden;
    return document;
  }

  get body(): Body {
    this.#body ??= ExactJson.parse(this.#text!) as Body;
    return this.#body;
  }

  /** The body as JSON, as it is stored and sent. */
  get text(): string {
    this.#text ??= JSON.stringify(this.#body);
    return this.#text;
  }

  get hidden(): unknown {
    if (this.#hidden === undefined)
      this.#hidden = this.#hiddenText === null ? null : ExactJson.parse(this.#hiddenText!);
    return this.#hidden;
  }

  get hiddenText(): string | null {
    if (this.#hiddenText === undefined) this.#hiddenText = this.#hidden === null ? null : JSON.stringify(this.#hidden);
    return this.#hiddenText;
  }

  /** Everything about it, as plain values. */
  get fields(): Fields<Body> {
    return { ...placeOf(this), body: this.body, hidden: this.hidden };
  }

  /** The document with some of its fields replaced; this one stays as it is. */
  with(changes: Partial<Fields<Body>>): Document<Body> {
    const changed = new Document<Body>({ ...placeOf(this), ...changes });
    if (changes.body === undefined) {
      changed.#body = this.#body;
      changed.#text = this.#text;
    } else changed.#body = changes.body;
    if (changes.hidden === undefined) {
      changed.#hidden = this.#hidden;
      changed.#hiddenText = this.#hiddenText;
    } else changed.#hidden = changes.hidden;
    return changed;
  }
}
