/**
 * One evaluation's cursor in a key-value store.
 *
 * 1. Up to `mostInOnePiece` tasks it is one text under one key. Beyond, that key names parts, and a save writes the last part and those
 *    behind it: the changed ones. After as many changed tasks as there are, everything is rewritten beside it, and then named.
 * 2. At any point a process is killed, the parts that the key names are whole: parts are written before they are named. A part that a store tore all
 *    the same is recognised by its checksum.
 * 3. A portion is made and written at a time, and between two of them other code gets its turn.
 */
import * as Cursor from "../watch/cursor/Cursor.ts";
import type { CursorJournal } from "../watch/cursor/CursorJournal.ts";
import type { EvaluationRow } from "../watch/event/Event.ts";

/** A store of text by name. */
export interface TextStore {
  readonly get: (key: string) => unknown;
  readonly set: (key: string, value: string) => unknown;
}

export const mostInOnePiece = 500;
/** A part that has so many tasks is not written again: the next save begins another. */
const rowsInPart = 32;
const listFormat = "evalwire-cursor-parts-1";
const partFormat = "evalwire-cursor-part-1";

type Head = Readonly<Record<string, unknown>>;

/** The parts, where `text` names such. */
const listOf = (text: unknown): { readonly generation: number; readonly parts: number } | undefined => {
  if (typeof text !== "string" || !text.startsWith(`{"format":"${listFormat}"`)) return undefined;
  const read = Cursor.unsealed(text);
  if ("damage" in read) throw new Error(`the list of its parts ${read.damage}`);
  return read.head as unknown as { readonly generation: number; readonly parts: number };
};

/** Parts of two generations stand side by side, so that one is whole while the other is written. */
const partKey = (key: string, generation: number, part: number): string => `${key}:${generation % 2}:${part}`;

export class KeptCursor {
  readonly #store: TextStore;
  readonly #key: string;
  readonly #evaluationId: string;
  readonly #journal: CursorJournal;
  readonly #pause: () => Promise<unknown>;
  #generation: number | undefined;
  /** Whole parts, and the lines of the one that is still being filled. */
  #parts = 0;
  #tail: Array<string> = [];
  #listed = 0;
  /** Lines written since everything was. */
  #written = 0;

  /** @param pause gives other code its turn */
  constructor(
    store: TextStore,
    key: string,
    evaluationId: string,
    journal: CursorJournal,
    pause: () => Promise<unknown>,
  ) {
    this.#store = store;
    this.#key = key;
    this.#evaluationId = evaluationId;
    this.#journal = journal;
    this.#pause = pause;
  }

  get journal(): CursorJournal {
    return this.#journal;
  }

  /** Writes the changed parts. Parts that a failed call has not written are written by the next. */
  async save(): Promise<void> {
    const { size } = this.#journal;
    try {
      if (size <= mostInOnePiece) {
        this.#journal.reset();
        await this.#store.set(this.#key, this.#journal.cursor());
        this.#listed = 0;
        // Should it grow, everything is written in parts.
        this.#written = Number.POSITIVE_INFINITY;
        return;
      }
      if (this.#written > Math.max(size, mostInOnePiece)) this.#journal.reset();
      await this.#saveParts();
    } catch (error) {
      this.#journal.reset();
      throw error;
    }
  }

  async #saveParts(): Promise<void> {
    this.#generation ??= this.#earlierGeneration(await this.#store.get(this.#key));
    if (this.#journal.isWhole) {
      this.#generation++;
      this.#parts = 0;
      this.#listed = 0;
      this.#tail = [];
      this.#written = 0;
    }
    let evaluation: EvaluationRow | undefined;
    for (const portion of this.#journal.portions()) {
      evaluation = portion.evaluation;
      this.#tail.push(...portion.lines);
      this.#written += portion.lines.length;
      if (this.#tail.length >= rowsInPart) {
        await this.#writePart(evaluation);
        this.#parts++;
        this.#tail = [];
      }
      await this.#pause();
    }
    // A task has come or left meanwhile: the written parts are not whole.
    if (this.#journal.isWhole) return this.#saveParts();
    await this.#writePart(evaluation);
    if (this.#listed !== this.#parts + 1) {
      const list = { format: listFormat, generation: this.#generation, parts: this.#parts + 1 };
      await this.#store.set(this.#key, Cursor.sealed(list, []));
      this.#listed = this.#parts + 1;
    }
  }

  async #writePart(evaluation: EvaluationRow | undefined): Promise<void> {
    const [generation, part] = [this.#generation!, this.#parts];
    const head = { format: partFormat, evaluationId: this.#evaluationId, generation, part, evaluation };
    await this.#store.set(partKey(this.#key, generation, part), Cursor.sealed(head, this.#tail));
  }

  #earlierGeneration(text: unknown): number {
    try {
      return listOf(text)?.generation ?? 0;
    } catch {
      // Damaged: nothing of it can be named any more, so nothing of it has to be kept.
      return 0;
    }
  }
}

/**
 * The cursor of an evaluation that a store holds; `undefined` where it holds none.
 *
 * Throws an error that says in a sentence what is wrong with one that is damaged, or belongs to another evaluation.
 */
export const load = async (store: TextStore, key: string, evaluationId: string): Promise<string | undefined> => {
  const text = await store.get(key);
  if (typeof text !== "string" || text === "") return undefined;
  const list = listOf(text);
  if (list === undefined) {
    Cursor.decode(text, evaluationId);
    return text;
  }
  const lines: Array<string> = [];
  let evaluation: EvaluationRow | undefined;
  for (let part = 0; part < list.parts; part++) {
    const written = await store.get(partKey(key, list.generation, part));
    const read = typeof written === "string" ? Cursor.unsealed(written) : { damage: "is missing" };
    if ("damage" in read) throw new Error(`part ${part + 1} of ${list.parts} ${read.damage}`);
    const head: Head = read.head;
    const isIts =
      head["generation"] === list.generation && head["part"] === part && head["evaluationId"] === evaluationId;
    if (!isIts) throw new Error(`part ${part + 1} of ${list.parts} belongs to another cursor`);
    evaluation = (head["evaluation"] as EvaluationRow | undefined) ?? undefined;
    for (const line of read.lines) lines.push(line);
  }
  return Cursor.join(evaluationId, evaluation, lines);
};
