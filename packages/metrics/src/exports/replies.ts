/** Replies of models as their APIs and LangChain write them, which tools store whole: the message or the texts inside. */
import { get, has } from "./row.ts";

/** LangChain's serialised message. */
const ofLangChain = (value: unknown): unknown => (has(value, "lc", "kwargs") ? get(value, "kwargs") : undefined);

/** The items of OpenAI's Responses API: messages among reasoning and calls of tools. */
const ofItems = (value: unknown): unknown => {
  if (!Array.isArray(value) || !value.every((item) => has(item, "type"))) return undefined;
  const messages = value.filter((item) => get(item, "type") === "message" && has(item, "role", "content"));
  return messages.length === 0 ? undefined : messages;
};

/** Gemini's candidates; of several none is the one that is meant. */
const ofCandidates = (value: unknown): unknown => {
  const candidates = get(value, "candidates");
  return Array.isArray(candidates) && candidates.length === 1 ? get(candidates[0], "content", "parts") : undefined;
};

/** A run of a LangChain model: a list of generations for each of its prompts. */
const ofGenerations = (value: unknown): unknown => {
  const generations = get(value, "generations");
  const all = Array.isArray(generations) ? generations.flat() : [];
  return all.length === 1 ? (get(all[0], "message") ?? get(all[0], "text")) : undefined;
};

/** The message or the texts inside of a reply; `undefined` for any other value. */
export const insideReply = (value: unknown): unknown =>
  ofLangChain(value) ?? ofItems(value) ?? ofItems(get(value, "output")) ?? ofCandidates(value) ?? ofGenerations(value);
