/**
 * JSON that is written again as it was read: numbers keep their spelling where no code computes with them, and keys their order.
 *
 * JavaScript's numbers hold 53 bits and one spelling: `1234567890123456789` becomes `1234567890123456800`, `1.0` becomes `1`. Where a
 * schema says what a value is it is a number like any other; where it says nothing (data of the caller's own) a number that would not
 * be written again as it was is kept as its text.
 */
import { guard, mayReorder, orderedObject, parseOrdered, type Schema } from "@evalwire/core/contract";
import * as Predicate from "effect/Predicate";

interface SourceAware {
  readonly rawJSON: (text: string) => object;
  readonly isRawJSON: (value: unknown) => boolean;
}

// Node has had these since 21; the compiler's library does not know them yet.
const json = JSON as unknown as SourceAware;

/** Where a number may stand in a text that is not written again as it is; mostly there is none, and nothing more is done. */
const suspicious =
  /[:[,]\s*-?(?:[\d.]{16}|0\.0{6}|\d+\.\d*0[\s,\]}]|\d+(?:\.\d+)?[eE])|[:[,]\s*-0[\s,\]}]|^\s*-?[\d.eE+-]+\s*$/;

/** Whether this is a number kept as its text. */
export const isKept = (value: unknown): boolean => json.isRawJSON(value);

const isChanged = (text: string): boolean => suspicious.test(text) || mayReorder(text);

const numbers = {
  read: (source: string): unknown => {
    const value = Number(source);
    return JSON.stringify(value) === source ? value : json.rawJSON(source);
  },
};

/** `JSON.parse`, and numbers that would be written otherwise are kept as their text, keys in their order; throws as it does. */
export const parse = (text: string): any => (isChanged(text) ? parseOrdered(text, numbers) : JSON.parse(text));

/** The caller's own parts of a schema's value come from `exact`, the rest from `plain`. */
const combine = (node: Schema.Node, plain: any, exact: any): unknown => {
  switch (node.kind) {
    case "anything":
      return exact;
    case "lazy":
      return combine(node.node(), plain, exact);
    case "union": {
      const member = node.members.find((one) => guard({ node: one } as Schema.Codec<unknown>)(plain));
      return member === undefined ? plain : combine(member, plain, exact);
    }
    case "list":
      return Array.isArray(plain) ? plain.map((item, index) => combine(node.items, item, exact[index])) : plain;
    case "map":
      return combineFields(plain, exact, () => node.values);
    case "struct": {
      const fields = new Map(node.fields.map((field) => [field.name, field.node]));
      return combineFields(plain, exact, (name) => fields.get(name));
    }
    default:
      return plain;
  }
};

/** A field that no schema knows is the caller's own. */
const combineFields = (plain: any, exact: any, nodeOf: (name: string) => Schema.Node | undefined): unknown => {
  if (!Predicate.isObject(plain)) return plain;
  const inner = plain as Record<string, unknown>;
  const names = Object.keys(exact).filter((name) => Object.hasOwn(inner, name));
  return orderedObject(
    names.map((name) => {
      const node = nodeOf(name);
      return [name, node === undefined ? exact[name] : combine(node, inner[name], exact[name])];
    }),
  );
};

/** A value that `schema` accepts, parsed from `text`, with the caller's own numbers as they were spelled. */
export const within = (schema: Schema.Codec<unknown>, value: unknown, text: string): unknown =>
  isChanged(text) ? combine(schema.node, value, parse(text)) : value;

/** An object with the fields of another one over its own; each key keeps its place. */
export const withMore = (value: object, more: object): Record<string, unknown> =>
  orderedObject([...Object.entries(value), ...Object.entries(more)]);
