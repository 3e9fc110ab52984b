/** The texts in the values that tools store: plain, chat messages, parts of a message, objects with one text in them, JSON as text. */
import { parseJson } from "../corpus/parseJson.ts";
import { insideReply } from "./replies.ts";
import { get, has, isRow, type Row, scalar } from "./row.ts";

/** Keys that hold the text of an object, in the order they are looked for. */
const textKeys = [
  "content",
  "text",
  "output",
  "answer",
  "response",
  "completion",
  "generated_text",
  "result",
  "value",
  "expected_response",
];

const isReasoning = (part: unknown): boolean => /reasoning|thinking/.test(String(get(part, "type") ?? ""));

/** A number that is a text because a double would change it, where it is no key. */
const writtenNumber = /"(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)"(?!:)/g;

/** Compact JSON, with numbers as they are written: a text of such digits is taken for the number. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replace(writtenNumber, (whole, digits: string) =>
    String(Number(digits)) === digits ? whole : digits,
  );

/** A part of another kind than text: a call of a tool, an image. */
const isOther = (part: unknown): boolean => has(part, "type") && !has(part, "text");

/** The text of a message's content: itself, or its parts of text put together. */
const contentText = (content: unknown): string | null => {
  if (!Array.isArray(content)) return answerText(content);
  const parts = content
    .filter((part) => !isReasoning(part) && !isOther(part))
    .map((part) => answerText(get(part, "text") ?? part));
  const texts = parts.filter((part) => part !== null);
  return texts.length === 0 ? null : texts.join("");
};

/** A message of a conversation, which LangChain may have serialised. */
const messageOf = (value: unknown): unknown => (has(value, "lc") ? (insideReply(value) ?? value) : value);

const isMessage = (value: unknown): boolean =>
  has(value, "content") && (has(value, "role") || has(value, "type") || has(value, "source"));

const isFromModel = (message: unknown): boolean =>
  /^(assistant|ai|AIMessage|model)$/.test(String(get(message, "role") ?? get(message, "type") ?? ""));

const isToModel = (message: unknown): boolean =>
  /^(user|human|system|developer|tool|function|HumanMessage|SystemMessage|ToolMessage)$/.test(
    String(get(message, "role") ?? get(message, "type") ?? ""),
  );

/** The last message of a model in a conversation. */
const lastText = (messages: ReadonlyArray<unknown>): string | null => {
  const last = messages.findLast(isFromModel) ?? messages.findLast((message) => !isToModel(message));
  return last === undefined ? null : contentText(get(last, "content"));
};

/**
 * The text of an answer: a scalar's own, a message's or a conversation's last, the only text of an object; JSON for any other object.
 * `null` for null, NaN, and what is not there.
 */
export const answerText = (value: unknown): string | null => {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return null;
  const text = scalar(value);
  if (text !== undefined) return text;
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    const messages = value.map(messageOf);
    if (messages.every(isMessage)) return lastText(messages);
    if (value.every((part) => typeof get(part, "text") === "string")) return contentText(value);
    const inside = insideReply(value);
    if (inside !== undefined) return answerText(inside);
    return value.length === 1 ? answerText(value[0]) : jsonOf(value);
  }
  if (isMessage(value)) return contentText(get(value, "content"));
  const messages = get(value, "messages");
  if (Array.isArray(messages) && messages.length > 0) {
    const all = messages.map(messageOf);
    if (all.every(isMessage)) return lastText(all);
  }
  const inside = insideReply(value);
  if (inside !== undefined) return answerText(inside);
  if (has(value, "choices")) return answerText(get(value, "choices", 0, "message") ?? get(value, "choices", 0, "text"));
  const key = textKeyOf(value as Row);
  return key === undefined ? jsonOf(value) : answerText(get(value, key));
};

/** The key of the text that an object has for its own. */
const textKeyOf = (value: Row): string | undefined => {
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : textKeys.find((one) => typeof get(value, one) === "string");
};

/** The texts of references: a list's, one by one; else what `answerText` gives, if anything. */
export const referenceTexts = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value) && !value.every(isMessage)) {
    return value.flatMap((one) => (Array.isArray(one) ? referenceTexts(one) : (answerText(one) ?? [])));
  }
  // A list of structs is stored as a struct of lists: SQuAD's answers.
  const texts = isRow(value) ? value["text"] : undefined;
  if (Array.isArray(texts)) return referenceTexts(texts);
  const text = answerText(value);
  return text === null ? [] : [text];
};

/** Both texts of a record; no references where there are none. */
export interface Texts {
  readonly answer: string | null;
  readonly references: ReadonlyArray<string>;
}

/** A list that is neither a conversation nor a message in parts: it is compared as JSON. */
const isPlainList = (value: unknown): value is ReadonlyArray<unknown> =>
  Array.isArray(value) &&
  value.length > 0 &&
  !value.every((one) => isMessage(messageOf(one))) &&
  insideReply(value) === undefined &&
  !value.every((part) => typeof get(part, "text") === "string");

const isConversation = (value: Row): boolean =>
  isMessage(value) || has(value, "messages") || has(value, "choices") || insideReply(value) !== undefined;

const valueInText = (text: unknown): unknown => {
  const value = typeof text === "string" ? jsonInText(text) : undefined;
  return typeof value === "object" ? value : undefined;
};

/** Texts of lists: one that is expected as a list is one value, and no several references. */
const textsOfLists = (output: ReadonlyArray<unknown>, expected: ReadonlyArray<unknown>): Texts => {
  if (output.length === 1 && expected.length === 1) return textsOf(output[0], expected[0]);
  if (output.length === 1) return { answer: answerText(output), references: referenceTexts(expected) };
  const areSeveral = expected.every((one) => Array.isArray(one)) && !output.some((one) => Array.isArray(one));
  return {
    answer: jsonOf(output),
    references: (areSeveral ? expected : [expected]).map((one) => jsonOf(one)),
  };
};

/**
 * The texts of an answer and of what is expected of it. Values of one shape are read the same way, so that equal ones have equal texts: of
 * two objects the same field, of two lists the whole of each; what is expected of JSON in a text is JSON as well.
 */
export const textsOf = (output: unknown, expected: unknown): Texts => {
  if (isPlainList(output) && isPlainList(expected)) return textsOfLists(output, expected);
  if (isRow(output) && isRow(expected) && !isConversation(output) && !isConversation(expected)) {
    const key = [textKeyOf(expected), textKeyOf(output)].find(
      (one) => one !== undefined && Object.hasOwn(output, one) && Object.hasOwn(expected, one),
    );
    if (key !== undefined) return textsOf(output[key], expected[key]);
    if (textKeyOf(output) === undefined && textKeyOf(expected) === undefined) {
      return { answer: answerText(output), references: [jsonOf(expected)] };
    }
  }
  const written = valueInText(output);
  const isSame =
    (isRow(written) && isRow(expected)) ||
    (Array.isArray(written) && isPlainList(expected) && !expected.some((one) => Array.isArray(valueInText(one))));
  return isSame
    ? { answer: jsonOf(written), references: [jsonOf(expected)] }
    : { answer: answerText(output), references: referenceTexts(expected) };
};

/** The value of a text that may hold JSON; the text itself where it does not. `undefined` for JSON that is damaged. */
export const jsonInText = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return parseJson(value);
  } catch {
    return /^\s*\[?\s*\{\s*"/.test(value) ? undefined : value;
  }
};

/** Whether a row's field for an error says that there was one. */
export const isFailure = (error: unknown): boolean =>
  error !== undefined && error !== null && error !== "" && error !== false && !Number.isNaN(error);
