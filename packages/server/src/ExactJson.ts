/**
 * JSON that is written again as it was read: numbers keep their spelling where nobody reckons with them.
 *
 * JavaScript's numbers hold 53 bits and one spelling: `1234567890123456789` becomes `1234567890123456800`, `1.0` becomes `1`. Where a
 * schema says what a value is it is a number like any other; where it says nothing (data of the caller's own) a number that would not
 * be written again as it was is kept as its text.
 */
import { guard, type Schema } from "@evalwire/core/contract";
import * as Predicate from "effect/Predicate";

interface SourceAware {
  readonly parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => any;
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

/** `JSON.parse`, and numbers that would be written otherwise are kept as their text; throws as it does. */
export const parse = (text: string): any =>
  suspicious.test(text)
    ? json.parse(text, (_, value, { source }) =>
        typeof value === "number" && source !== undefined && JSON.stringify(value) !== source
          ? json.rawJSON(source)
          : value,
      )
    : JSON.parse(text);

/** What of a schema's value is the caller's own comes from `exact`, the rest from `plain`. */
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
      if (!Predicate.isObject(plain)) return plain;
      return Object.fromEntries(
        Object.entries(plain).map(([name, inner]) => [name, combine(node.values, inner, exact[name])]),
      );
    case "struct": {
      if (!Predicate.isObject(plain)) return plain;
      const fields = new Map(node.fields.map((field) => [field.name, field.node]));
      return Object.fromEntries(
        Object.entries(plain).map(([name, inner]) => {
          const field = fields.get(name);
          return [name, field === undefined ? exact[name] : combine(field, inner, exact[name])];
        }),
      );
    }
    default:
      return plain;
  }
};

/** A value that `schema` accepts, parsed from `text`, with the caller's own numbers as they were spelled. */
export const within = (schema: Schema.Codec<unknown>, value: unknown, text: string): unknown =>
  suspicious.test(text) ? combine(schema.node, value, parse(text)) : value;
