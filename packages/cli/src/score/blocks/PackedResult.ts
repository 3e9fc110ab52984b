/**
 * The result of a block as bytes for another machine: values that come again stand once, and what follows from the rest is left out. Nodes of
 * a cluster each receive, pass on and store these bytes, at a cost that is a part of that of fast metrics.
 */
import { deserialize, serialize } from "node:v8";
import { type BlockResult, outcome } from "./BlockResult.ts";

/** Numbers of which there are few different ones. */
interface Few {
  readonly different: Float64Array<ArrayBuffer>;
  /** For each number, its place among the different ones. */
  readonly places: Uint16Array<ArrayBuffer>;
}

/** A member that follows from the others is absent. */
interface Packed extends Omit<BlockResult, "outcomes" | "at" | "values" | "marks" | "groupOf"> {
  readonly records: number;
  /** Absent where all are scored. */
  readonly outcomes?: Uint8Array<ArrayBuffer>;
  /** Its first, where the others follow one by one. */
  readonly at: Uint32Array<ArrayBuffer> | number;
  readonly values: Float64Array<ArrayBuffer> | Few;
  readonly marks?: Uint32Array<ArrayBuffer>;
  /** Marks without their lines, where each record has one. */
  readonly halves?: Uint32Array<ArrayBuffer>;
  /** Absent where there is one group. */
  readonly groupOf?: Uint32Array<ArrayBuffer>;
}

/** `undefined` where more than a quarter of them differ. By their bits: zeros of both signs stay what they are. */
const few = (values: Float64Array<ArrayBuffer>): Few | undefined => {
  const most = Math.min(values.length >> 2, 1 << 16);
  const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const power = Math.ceil(Math.log2(2 * most + 1));
  /** By hash, the first value of it and one more than its place; 0 where there is none. */
  const slots = new Uint32Array(1 << power);
  const mask = slots.length - 1;
  const firsts = new Uint32Array(most);
  const places = new Uint16Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    const [low, high] = [bits[2 * at]!, bits[2 * at + 1]!];
    let slot = (Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> (32 - power)) & mask;
    for (;;) {
      const place = slots[slot]! - 1;
      if (place < 0) {
        if (count === most) return undefined;
        firsts[count] = at;
        slots[slot] = count + 1;
        places[at] = count++;
        break;
      }
      const first = firsts[place]!;
      if (bits[2 * first] === low && bits[2 * first + 1] === high) {
        places[at] = place;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  return { different: Float64Array.from(firsts.subarray(0, count), (first) => values[first]!), places };
};

const follows = (at: Uint32Array): boolean => at.every((line, record) => line === at[0]! + record);

/** The two halves of each mark; the third number is the line. `undefined` where not every record has one. */
const halvesOf = ({ marks, at }: BlockResult): Uint32Array<ArrayBuffer> | undefined => {
  if (marks.length !== 3 * at.length || !at.every((line, record) => marks[3 * record + 2] === line)) return undefined;
  return marks.filter((_, index) => index % 3 < 2);
};

const following = (first: number, count: number): Uint32Array<ArrayBuffer> => {
  const lines = new Uint32Array(count);
  for (let record = 0; record < count; record++) lines[record] = first + record;
  return lines;
};

const spread = ({ different, places }: Few): Float64Array<ArrayBuffer> => {
  const values = new Float64Array(places.length);
  for (let at = 0; at < places.length; at++) values[at] = different[places[at]!]!;
  return values;
};

const withLines = (halves: Uint32Array, at: Uint32Array): Uint32Array<ArrayBuffer> => {
  const marks = new Uint32Array(3 * at.length);
  for (let record = 0; record < at.length; record++) {
    marks[3 * record] = halves[2 * record]!;
    marks[3 * record + 1] = halves[2 * record + 1]!;
    marks[3 * record + 2] = at[record]!;
  }
  return marks;
};

export const pack = (result: BlockResult): Uint8Array<ArrayBuffer> => {
  const { outcomes, at, values, marks, groupOf, ...rest } = result;
  const halves = halvesOf(result);
  const packed: Packed = {
    ...rest,
    records: outcomes.length,
    ...(outcomes.every((one) => one === outcome.scored) ? {} : { outcomes }),
    at: at.length > 0 && follows(at) ? at[0]! : at,
    values: few(values) ?? values,
    ...(halves === undefined ? { marks } : { halves }),
    ...(result.groups.length === 1 ? {} : { groupOf }),
  };
  return serialize(packed) as Uint8Array<ArrayBuffer>;
};

/** @param bytes of a message: the result keeps them, but for marks, which outlive it */
export const unpack = (bytes: Uint8Array): BlockResult => {
  const { records, outcomes, groupOf, values, marks, halves, ...rest } = deserialize(bytes) as Packed;
  const at = typeof rest.at === "number" ? following(rest.at, records) : rest.at;
  return {
    ...rest,
    at,
    outcomes: outcomes ?? new Uint8Array(records),
    groupOf: groupOf ?? new Uint32Array(records),
    values: "different" in values ? spread(values) : values,
    marks: halves === undefined ? marks!.slice() : withLines(halves, at),
  };
};
