/**
 * Whether answers fit their questions, and if not, which question, which rule and which value.
 *
 * 1. Everything wrong is named, in the order of the questions; then answers to questions that are not asked.
 * 2. Unchecked answers are never errors: they are listed in `skipped` with the reason. Such is a question of a later type, a form without a
 *    validator, a scale or choices the question does not say, and `conditions`, whose grammar the platform does not document: a
 *    question that has them may be hidden, so it is never missed, though an answer to it is checked.
 * 3. It is a pure function; the embedded server refuses with the same words.
 */

import * as Predicate from "effect/Predicate";
import { checkOptions } from "../unknownNames.ts";
import type { Answers } from "../v4/evaluations/TestCaseResults.ts";
import * as AskedQuestion from "./AskedQuestion.ts";
import { unwritable } from "./unwritable.ts";

export type AnswerRule =
  /** An answer is required, and there is none. */
  | "required"
  /** It is a value of another type than the question's. */
  | "type"
  /** It is none of the choices. */
  | "choice"
  /** Several answers where one is allowed, or the same one twice. */
  | "multiple"
  /** It is no step of the rating's scale. */
  | "steps"
  /** The number is out of range. */
  | "range"
  /** The text is too short or too long, in characters (Unicode code points). */
  | "length"
  /** The form does not fit its JSON Schema. */
  | "form"
  /** No question of this id is asked. */
  | "unknown_question";

export interface AnswerIssue {
  readonly questionId: string;
  readonly rule: AnswerRule;
  /** The value that breaks the rule, as it was given; `undefined` where one is missing. */
  readonly value: unknown;
  /** One sentence that names question, rule and value. */
  readonly message: string;
}

/** A check that was not made. */
export interface SkippedCheck {
  readonly questionId: string;
  readonly check: "conditions" | "choice" | "form" | "steps" | "type";
  readonly reason: string;
}

export interface AnswersChecked {
  readonly ok: boolean;
  readonly issues: ReadonlyArray<AnswerIssue>;
  readonly skipped: ReadonlyArray<SkippedCheck>;
}

/** An error in a form: its place, as a JSON pointer, and its message. */
export interface FormIssue {
  readonly path: string;
  readonly message: string;
}

/** Checks a value against a JSON Schema; see `@evalwire/core/forms`. */
export type FormValidator = (schema: object, value: unknown) => ReadonlyArray<FormIssue>;

export interface CheckAnswersOptions {
  /** How forms are checked; without it they are skipped. */
  readonly forms?: FormValidator | undefined;
  /** Whether required answers may still be missing, as in work that is only saved. */
  readonly isPartial?: boolean | undefined;
}

const optionNames: Record<keyof CheckAnswersOptions, true> = { forms: true, isPartial: true };

type Question = AskedQuestion.AskedQuestion;

/** One thing wrong with an answer; `what` goes on with the sentence that begins with the question. */
interface Finding {
  readonly rule: AnswerRule;
  readonly value: unknown;
  readonly what: string;
}

type Findings = Generator<Finding, void, undefined>;

const longest = 80;

const textOf = (value: unknown): string => {
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A bigint, or what holds itself.
    return String(value);
  }
};

const shown = (value: unknown): string => {
  const text = textOf(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
};

const isAnswered = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

const isSingle = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));

const found = (rule: AnswerRule, value: unknown, what: string): Finding => ({ rule, value, what });

/** Said of an answer that JSON would change on its way. */
const notJson = (value: unknown): string | undefined => {
  const found = unwritable(value);
  if (found === undefined) return undefined;
  const place = found.path === "" ? "" : ` at ${found.path}`;
  return `takes JSON, and its answer has what JSON does not carry${place}: ${found.what}`;
};

/**
 * The answers that JSON would change on their way to the server, such as a `NaN`, a `Date` or a `Map`, for any questions.
 *
 * @example
 * ```ts
 * import { unwritableAnswers } from "@evalwire/core/contract";
 *
 * unwritableAnswers({ q1: "yes", q2: { seen: [1, Number.NaN] } }).map((issue) => issue.questionId); // => ["q2"]
 * ```
 */
export const unwritableAnswers = (result: Readonly<Record<string, unknown>>): ReadonlyArray<AnswerIssue> =>
  Object.entries(result).flatMap(([questionId, value]): ReadonlyArray<AnswerIssue> => {
    const what = notJson(value);
    return what === undefined ? [] : [{ questionId, rule: "type", value, message: `question ${questionId} ${what}` }];
  });

const ofType = (wanted: string, value: unknown): Finding =>
  found("type", value, `takes ${wanted}, not ${shown(value)}`);

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

type KindOf<Tag extends AskedQuestion.Kind["_tag"]> = Extract<AskedQuestion.Kind, { _tag: Tag }>;

const noChoice = ({ choices }: KindOf<"Choice">, value: unknown): Finding => {
  const labelled = choices.find(({ label }) => label === value);
  const known = choices.map((choice) => shown(choice.value)).join(", ");
  return found(
    "choice",
    value,
    labelled === undefined
      ? `takes one of ${known}, not ${shown(value)}`
      : `takes the value of a choice: ${shown(value)} is the label of ${shown(labelled.value)}`,
  );
};

function* checkChoice(kind: KindOf<"Choice">, value: unknown): Findings {
  if (Array.isArray(value) && !kind.isMulti) {
    yield found("multiple", value, `takes one choice, not ${shown(value)}`);
    return;
  }
  const chosen: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value];
  for (const [index, one] of chosen.entries()) {
    const isKnown = kind.choices.length === 0 || kind.choices.some((choice) => choice.value === one);
    if (!isSingle(one)) yield ofType("the value of a choice", one);
    else if (chosen.indexOf(one) !== index) {
      yield found("multiple", one, `takes each choice once, and ${shown(one)} is there twice`);
    } else if (!isKnown) yield noChoice(kind, one);
  }
}

function* checkNumber({ min, max }: KindOf<"Number">, value: unknown): Findings {
  if (!isNumber(value)) yield ofType("a number", value);
  else if (min !== undefined && value < min) {
    yield found("range", value, `takes a number of at least ${min}, not ${value}`);
  } else if (max !== undefined && value > max) {
    yield found("range", value, `takes a number of at most ${max}, not ${value}`);
  }
}

function* checkText({ min, max }: KindOf<"Text">, value: unknown): Findings {
  if (typeof value !== "string") {
    yield ofType("a text", value);
    return;
  }
  let length = 0;
  for (const _ of value) length++;
  if (min !== undefined && length < min)
    yield found("length", value, `takes at least ${min} characters, not ${length}`);
  if (max !== undefined && length > max) yield found("length", value, `takes at most ${max} characters, not ${length}`);
}

function* checkRating({ steps }: KindOf<"Rating">, value: unknown): Findings {
  if (!isNumber(value)) {
    yield ofType("a number", value);
    return;
  }
  const isStep = Number.isInteger(value) && value >= 1 && (steps === undefined || value <= steps);
  const range = steps === undefined ? "from 1 up" : `from 1 to ${steps}`;
  if (!isStep) yield found("steps", value, `takes a whole number ${range}, not ${value}`);
}

/** A moment in a recording: seconds, or a text; the documents do not say which. */
const isMoment = (value: unknown): boolean =>
  (isNumber(value) && value >= 0) || (typeof value === "string" && value !== "");

function* checkTimestamp({ isMulti }: KindOf<"Timestamp">, value: unknown): Findings {
  if (Array.isArray(value) && !isMulti) {
    yield found("multiple", value, `takes one timestamp, not ${shown(value)}`);
    return;
  }
  for (const one of Array.isArray(value) ? value : [value]) {
    if (!isMoment(one)) yield ofType("a timestamp (a number of 0 or more, or a text)", one);
  }
}

function* checkForm({ schema }: KindOf<"Form">, value: unknown, forms: FormValidator | undefined): Findings {
  if (!Predicate.isObject(value)) yield ofType("a form (an object)", value);
  else if (schema !== undefined && forms !== undefined) {
    for (const { path, message } of forms(schema, value)) {
      const place = path === "" ? "" : ` at ${path}`;
      yield found("form", value, `is a form that does not fit its schema${place}: ${message}`);
    }
  }
}

const checkOne = (kind: AskedQuestion.Kind, value: unknown, forms: FormValidator | undefined): Iterable<Finding> => {
  switch (kind._tag) {
    case "Choice":
      return checkChoice(kind, value);
    case "Rating":
      return checkRating(kind, value);
    case "Number":
      return checkNumber(kind, value);
    case "Text":
      return checkText(kind, value);
    case "Timestamp":
      return checkTimestamp(kind, value);
    case "Form":
      return checkForm(kind, value, forms);
    case "Unknown":
      return [];
  }
};

/** The parts of an answered question that cannot be checked. */
const skippedOf = ({ id, kind }: Question, { forms }: CheckAnswersOptions): SkippedCheck | undefined => {
  const skip = (check: SkippedCheck["check"], reason: string): SkippedCheck => ({ questionId: id, check, reason });
  switch (kind._tag) {
    case "Choice":
      return kind.choices.length === 0 ? skip("choice", "the question has no choices") : undefined;
    case "Rating":
      return kind.steps === undefined ? skip("steps", "the question does not say how many steps it has") : undefined;
    case "Form":
      if (kind.schema === undefined) return skip("form", "the question has no form_schema");
      return forms === undefined ? skip("form", "no validator of JSON Schema was given") : undefined;
    case "Unknown":
      return skip("type", `questions of type ${shown(kind.type)} are not known to this version`);
    case "Number":
    case "Text":
    case "Timestamp":
      return undefined;
  }
};

/**
 * Checks answers against the questions they answer, of v4 or v5.
 *
 * @param questions - a question set as it is retrieved, or questions; in a set, `question_id_to_config` says which are required
 * @param result - the answers by question id: a choice's value (several in a list where `multi`), a number, a text, a form's object
 * @param options - `forms`, a validator of JSON Schema (see `@evalwire/core/forms`); `isPartial` for work that is only saved
 * @returns `ok`; every issue with question, rule and value; and what could not be checked
 *
 * @source API reference v4, "Questions" and "Question Sets"; API reference v5, "Questions". That ratings begin at 1 is inferred.
 *
 * @example
 * ```ts
 * import { checkAnswers, type Questions } from "@evalwire/core/contract";
 *
 * const stored = { account_id: "a1", created_at: "2030-01-01T00:00:00Z", created_by_user_id: "ada", created_by_identity_type: "user" };
 * const question: Questions.Question = {
 *   ...stored, id: "q1", type: "categorical", title: "Fluent?", prompt: "Is it fluent?",
 *   choices: [{ label: "Yes", value: "yes" }, { label: "No", value: "no" }],
 * };
 * checkAnswers([question], { q1: "yes" }).ok; // => true
 * const { issues } = checkAnswers([question], { q1: "Yes" });
 * issues[0]?.rule; // => "choice"
 * issues[0]?.message; // => "question q1 (Fluent?) takes the value of a choice: \"Yes\" is the label of \"yes\""
 * ```
 */
export const checkAnswers = (
  questions: AskedQuestion.Questions,
  result: Answers | unknown,
  options: CheckAnswersOptions = {},
): AnswersChecked => {
  checkOptions("checkAnswers", options, optionNames);
  const issues: Array<AnswerIssue> = [];
  const skipped: Array<SkippedCheck> = [];
  const asked = AskedQuestion.list(questions);
  if (!Predicate.isObject(result)) {
    const message = `answers are an object of question ids and values, not ${shown(result)}`;
    return { ok: false, issues: [{ questionId: "", rule: "type", value: result, message }], skipped };
  }
  for (const question of asked) {
    const { id, title } = question;
    const value = Object.hasOwn(result, id) ? result[id] : undefined;
    const add = ({ rule, value: wrong, what }: Finding) => {
      issues.push({ questionId: id, rule, value: wrong, message: `question ${id} (${title}) ${what}` });
    };
    if (question.hasConditions) {
      const reason = "when the question is shown is not documented";
      skipped.push({ questionId: id, check: "conditions", reason });
    }
    if (!isAnswered(value)) {
      const isMissed = question.isRequired && !question.hasConditions && options.isPartial !== true;
      if (isMissed) add(found("required", value, "requires an answer, and there is none"));
      continue;
    }
    const unwritten = notJson(value);
    if (unwritten !== undefined) {
      add(found("type", value, unwritten));
      continue;
    }
    const skip = skippedOf(question, options);
    if (skip !== undefined) skipped.push(skip);
    for (const finding of checkOne(question.kind, value, options.forms)) add(finding);
  }
  const known = new Set(asked.map(({ id }) => id));
  for (const [id, value] of Object.entries(result)) {
    if (known.has(id)) continue;
    const message = `question ${id} is not asked: its answer ${shown(value)} belongs to another question set, or the set was changed`;
    issues.push({ questionId: id, rule: "unknown_question", value, message });
  }
  return { ok: issues.length === 0, issues, skipped };
};
