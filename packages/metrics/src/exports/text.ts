/** The texts in the values that tools store: plain, chat messages, parts of a message, objects with one text in them, JSON as text. */
import { parseJson } from "../corpus/parseJson.ts";
import { get, has, isRow, scalar } from "./row.ts";

/** Keys that hold the text of an object, in the order they are looked for. */
const textKeys = ["content", "text", "output", "answer", "response", "completion", "generated_text", "result", "value"];

const isReasoning = (part: unknown): boolean => /reasoning|thinking/.test(String(get(part, "type") ?? ""));

/** The text of a message's content: itself, or its parts of text put together. */
const contentText = (content: unknown): string | null => {
  if (!Array.isArray(content)) return answerText(content);
  const parts = content.filter((part) => !isReasoning(part)).map((part) => answerText(get(part, "text") ?? part));
  const texts = parts.filter((part) => part !== null);
  return texts.length === 0 ? null : texts.join("");
};

const isMessage = (value: unknown): boolean =>
  has(value, "content") && (has(value, "role") || has(value, "type") || has(value, "source"));

const isFromModel = (message: unknown): boolean =>
  /^(assistant|ai|AIMessage|model)$/.test(String(get(message, "role") ?? get(message, "type") ?? ""));

/** The last message of a model in a conversation. */
const lastText = (messages: ReadonlyArray<unknown>): string | null => {
  const last = messages.findLast(isFromModel) ?? messages.at(-1);
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
    if (value.every(isMessage)) return lastText(value);
    if (value.every((part) => typeof get(part, "text") === "string")) return contentText(value);
    return value.length === 1 ? answerText(value[0]) : JSON.stringify(value);
  }
  if (isMessage(value)) return contentText(get(value, "content"));
  const messages = get(value, "messages");
  if (Array.isArray(messages) && messages.every(isMessage)) return lastText(messages);
  if (has(value, "choices")) return answerText(get(value, "choices", 0, "message") ?? get(value, "choices", 0, "text"));
  const keys = Object.keys(value as object);
  const key = keys.length === 1 ? keys[0]! : textKeys.find((one) => typeof get(value, one) === "string");
  return key === undefined ? JSON.stringify(value) : answerText(get(value, key));
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
