/** A schema's expectation of a value, in the words of a message. No message carries a value. */
import type { Node } from "./Schema.ts";

type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** The JSON type of a value. */
export const typeOf = (value: unknown): JsonType => {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : (typeof value as JsonType);
};

/** The JSON types a node's values have. */
export const typesOf = (node: Node): ReadonlyArray<JsonType> => {
  switch (node.kind) {
    case "text":
    case "enum":
    case "unknownTag":
      return ["string"];
    case "literal":
      return [typeOf(node.value)];
    case "struct":
    case "map":
      return ["object"];
    case "list":
      return ["array"];
    case "union":
      return node.members.flatMap(typesOf);
    case "lazy":
      return typesOf(node.node());
    case "number":
    case "boolean":
    case "null":
      return [node.kind];
    case "anything":
      return ["null", "boolean", "number", "string", "array", "object"];
  }
};

/** The name for values of a node. */
export const label = (node: Node): string => {
  if (node.kind === "literal") return JSON.stringify(node.value);
  if (node.kind === "lazy") return label(node.node());
  if (node.kind === "union") return [...new Set(node.members.map(label))].join(" | ");
  return typesOf(node).join(" | ");
};

/** Further requirements for a value that has the right type already. */
const condition = (node: Node): string => {
  switch (node.kind) {
    case "text":
      return node.format?.expected ?? "string";
    case "number": {
      const number = node.isWhole ? "a whole number" : "a finite number";
      return node.maximum === undefined ? number : `${number} from ${node.minimum} to ${node.maximum}`;
    }
    case "unknownTag":
      return `none of ${node.known.join(", ")}`;
    case "list":
      return "at least one item";
    default:
      return label(node);
  }
};

const withArticle = (type: JsonType): string => {
  if (type === "null") return type;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
};

/** Why `value` is not what `node` says. */
export const mismatch = (node: Node, value: unknown): string => {
  const type = typeOf(value);
  return typesOf(node).includes(type)
    ? `Expected ${condition(node)}`
    : `Expected ${label(node)}, got ${withArticle(type)}`;
};
