/** The scores of a run, one column for each metric key: all that is kept of records that are done. */
import type { Values } from "@evalwire/metrics/stats";
import type { Corpus } from "./Corpora.ts";
import { Column } from "./columns/Column.ts";
import { Growing } from "./columns/Growing.ts";
import { IdIndex } from "./input/IdIndex.ts";

/** How many records have no scores, and why. */
export interface Unscored {
  /** Something is wrong with them. */
  failed: number;
  /** The system gave no answer: which is not an empty one. */
  noAnswer: number;
  /** There is nothing to compare with. */
  noReference: number;
}

export const noneUnscored = (): Unscored => ({ failed: 0, noAnswer: 0, noReference: 0 });

export interface Scores extends Unscored {
  readonly keys: ReadonlyArray<string>;
  /** By key, in the order of the records that were scored. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Each record's id, at its place in that order; empty when the run does not keep ids. */
  readonly ids: IdIndex;
  /** Scored records with an id that an earlier one has, too. */
  repeatedIds: number;
  /** By key, each signature that occurred. */
  readonly signatures: ReadonlyMap<string, Set<string>>;
  /** Records that were scored. */
  count: number;
  /** Groups that occurred, and each record's number; none are kept as long as all are of the first. */
  readonly groups: Array<string>;
  readonly groupOf: Growing<Uint32Array<ArrayBuffer>>;
  readonly unscoredOf: Map<string, Unscored>;
  /** Of metrics with a score of the whole corpus. */
  readonly corpora: ReadonlyArray<Corpus>;
  /** Scored records whose answer is an empty text. */
  emptyAnswers: number;
  /** A sentence for each file that has no records. */
  readonly none: Array<string>;
  /** By component, the scored records of which it sees nothing: a text has letters, and none of the tokens that are compared. */
  readonly withoutTokens: Map<string, number>;
  /** Whether the groups are different runs: then figures over all of them say nothing. */
  isMixed: boolean;
}

export const make = (keys: ReadonlyArray<string>, corpora: ReadonlyArray<Corpus> = []): Scores => ({
  corpora,
  keys,
  columns: new Map(keys.map((key) => [key, new Column()])),
  ids: new IdIndex(),
  repeatedIds: 0,
  signatures: new Map(keys.map((key) => [key, new Set()])),
  groups: [],
  groupOf: new Growing((length) => new Uint32Array(length)),
  count: 0,
  unscoredOf: new Map(),
  emptyAnswers: 0,
  none: [],
  withoutTokens: new Map(),
  isMixed: false,
  ...noneUnscored(),
});

/** How many records were scored. */
export const count = ({ count }: Scores): number => count;

/** Records of all kinds. */
export const total = (scores: Scores): number => count(scores) + scores.failed + scores.noAnswer + scores.noReference;

const groupNumber = ({ groups }: Scores, group: string): number => {
  const known = groups.lastIndexOf(group);
  return known >= 0 ? known : groups.push(group) - 1;
};

/** @param values by key, in the order of `keys` */
export const add = (scores: Scores, values: ArrayLike<number>, group = ""): void => {
  let at = 0;
  for (const column of scores.columns.values()) column.push(values[at++]!);
  scores.count++;
  const number = groupNumber(scores, group);
  // One group needs no column: most runs have no other.
  if (number === 0 && scores.groupOf.count === 0) return;
  while (scores.groupOf.count < scores.count - 1) scores.groupOf.push(0);
  scores.groupOf.push(number);
};

/** Adds records of one group. @param values by record, then by key */
export const addAll = (scores: Scores, values: ArrayLike<number>, group: string): void => {
  const { columns, groupOf, keys } = scores;
  const added = values.length / keys.length;
  if (added === 0) return;
  let at = 0;
  for (const column of columns.values()) column.pushEach(values, at++, keys.length);
  scores.count += added;
  const number = groupNumber(scores, group);
  if (number === 0 && groupOf.count === 0) return;
  while (groupOf.count < scores.count - added) groupOf.push(0);
  while (groupOf.count < scores.count) groupOf.push(number);
};

export const addUnscored = (scores: Scores, why: keyof Unscored, group = ""): void => {
  scores[why]++;
  groupNumber(scores, group);
  const own = scores.unscoredOf.get(group) ?? noneUnscored();
  own[why]++;
  scores.unscoredOf.set(group, own);
};

/** Keeps a signature behind a key's scores; whether it is new. */
export const sign = ({ signatures }: Scores, key: string, signature: string): boolean => {
  const known = signatures.get(key)!;
  if (known.has(signature)) return false;
  known.add(signature);
  return true;
};

/** The scores of one metric; made for each call while few of them differ. */
export const valuesOf = ({ columns }: Scores, key: string): Float64Array<ArrayBuffer> => columns.get(key)!.values;

/** The same as they are kept: nothing is made for it. Good until the next record is added. */
export const keptOf = ({ columns }: Scores, key: string): Values => columns.get(key)!.kept;

/** Gives memory of `valuesOf` back, where it can be made again. Nothing may use that array any more. */
export const release = ({ columns }: Scores, key: string, values: Float64Array<ArrayBuffer>): void =>
  columns.get(key)!.release(values);

/** The places, in order, of the records that are meant. */
export const placesWhere = (
  { count, groupOf }: Scores,
  isMeant: (place: number, group: number) => boolean,
): Uint32Array<ArrayBuffer> => {
  const groups = groupOf.values;
  let size = 0;
  for (let place = 0; place < count; place++) if (isMeant(place, groups[place] ?? 0)) size++;
  const places = new Uint32Array(size);
  let next = 0;
  for (let place = 0; place < count; place++) if (isMeant(place, groups[place] ?? 0)) places[next++] = place;
  return places;
};

/** The places of a group's records. */
export const placesOf = (scores: Scores, group: string): Uint32Array<ArrayBuffer> => {
  const number = scores.groups.indexOf(group);
  return placesWhere(scores, (_, own) => own === number);
};
