/**
 * The records of another file beside those of this one: each at the place of the record it belongs to. Records belong together by
 * their id, or by their place where they have none.
 */
import { PlacedColumn } from "../columns/Column.ts";
import * as Scores from "../Scores.ts";
import { IdIndex } from "./IdIndex.ts";

/** Before the place of a record without an id; an id of a file does not begin like this. */
const mark = "\u0000";

/** Pairs a record without an id. */
export const placed = (place: number): string => `${mark}${place}`;

const nameOf = (id: string): string => (id.startsWith(mark) ? id.slice(mark.length) : id);

/** While records of the right side come. */
export interface Growing {
  readonly left: Scores.Scores;
  /** By key, at the place of the left record; NaN where it has none on the right. */
  readonly columns: ReadonlyMap<string, PlacedColumn>;
  /** By metric with a score of the whole corpus, the counts of the right record at the place of the left one. */
  readonly rows: ReadonlyArray<Float64Array<ArrayBuffer>>;
  readonly isPaired: Uint8Array<ArrayBuffer>;
  readonly otherIds: IdIndex;
  pairs: number;
  /** Those of them that belong together by their places. */
  pairsByPlace: number;
  /** Records of the right side that were scored. */
  count: number;
}

export interface Pairing extends Readonly<Omit<Growing, "otherIds">> {
  /** Ids of the left side that have no record on the right, and the other way round. */
  readonly onlyLeft: ReadonlyArray<string>;
  readonly onlyRight: ReadonlyArray<string>;
}

/** @param left with the ids of all its records */
export const make = (left: Scores.Scores): Growing => ({
  left,
  columns: new Map(left.keys.map((key) => [key, new PlacedColumn(Scores.count(left))])),
  rows: left.corpora.map(({ width }) => new Float64Array(width * Scores.count(left))),
  isPaired: new Uint8Array(Scores.count(left)),
  otherIds: new IdIndex(),
  pairs: 0,
  pairsByPlace: 0,
  count: 0,
});

/** Adds a record of the right side. `false` where its id has come before. */
export const add = (
  pairing: Growing,
  id: string,
  values: ArrayLike<number>,
  counts: ReadonlyArray<ArrayLike<number>> = [],
): boolean => {
  const place = pairing.left.ids.find(id);
  if (place < 0) {
    if (!pairing.otherIds.add(id)) return false;
  } else {
    if (pairing.isPaired[place] === 1) return false;
    pairing.isPaired[place] = 1;
    pairing.pairs++;
    if (id.startsWith(mark)) pairing.pairsByPlace++;
    let at = 0;
    for (const column of pairing.columns.values()) column.set(place, values[at++]!);
    counts.forEach((row, which) => {
      pairing.rows[which]!.set(row, place * row.length);
    });
  }
  pairing.count++;
  return true;
};

/** Once all records of the right side are there. Places say from then on which records belong together: the ids of both sides are gone. */
export const whole = ({ otherIds, ...pairing }: Growing): Pairing => {
  const { left, isPaired } = pairing;
  const onlyLeft: Array<string> = [];
  for (let place = 0; place < isPaired.length; place++)
    if (isPaired[place] === 0) onlyLeft.push(nameOf(left.ids.at(place)));
  const onlyRight = Array.from({ length: otherIds.size }, (_, place) => nameOf(otherIds.at(place)));
  left.ids.clear();
  otherIds.clear();
  return { ...pairing, onlyLeft, onlyRight };
};

/** The places that have records on both sides, of a group or of all. */
export const pairedPlaces = ({ left, isPaired }: Pairing, group: string | undefined): Uint32Array<ArrayBuffer> => {
  const number = group === undefined ? undefined : left.groups.indexOf(group);
  return Scores.placesWhere(left, (place, own) => isPaired[place] === 1 && (number === undefined || own === number));
};
