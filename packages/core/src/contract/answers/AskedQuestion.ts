/**
 * A question of v4 or v5, reduced to what an answer to it has to keep to.
 */

import type * as QuestionSets from "../v4/questions/QuestionSets.ts";
import type * as QuestionsV4 from "../v4/questions/Questions.ts";
import type * as QuestionsV5 from "../v5/questions/Questions.ts";

export type Question = QuestionsV4.Question | QuestionsV5.Question;

/** A question set as it is retrieved, or questions by themselves; v4 and v5 may be mixed. */
export type Questions = ReadonlyArray<Question> | QuestionSets.QuestionSet;

interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Rules for one answer. */
export type Kind =
  | { readonly _tag: "Choice"; readonly choices: ReadonlyArray<QuestionsV4.Choice>; readonly isMulti: boolean }
  /** A whole number from 1 to `steps`; `undefined` where the question does not say how many there are. */
  | { readonly _tag: "Rating"; readonly steps: number | undefined }
  | ({ readonly _tag: "Number" } & Range)
  /** Limits in characters, counted as Unicode code points. */
  | ({ readonly _tag: "Text" } & Range)
  | { readonly _tag: "Form"; readonly schema: object | undefined }
  | { readonly _tag: "Timestamp"; readonly isMulti: boolean }
  /** A type this version does not know. */
  | { readonly _tag: "Unknown"; readonly type: string };

export interface AskedQuestion {
  readonly id: string;
  readonly title: string;
  readonly kind: Kind;
  readonly isRequired: boolean;
  readonly hasConditions: boolean;
}

const rangeOf = (min: number | null | undefined, max: number | null | undefined): Range => ({
  min: min ?? undefined,
  max: max ?? undefined,
});

const kindV4 = (question: QuestionsV4.Question): Kind => {
  switch (question.type) {
    case "categorical":
      return { _tag: "Choice", choices: question.choices ?? [], isMulti: question.multi ?? false };
    case "rating":
      return { _tag: "Rating", steps: question.ratingOptions?.scaleSteps };
    case "number":
      return { _tag: "Number", ...rangeOf(question.numberOptions?.min, question.numberOptions?.max) };
    case "free_text": {
      const limit = question.freeTextOptions?.characterLimit;
      return { _tag: "Text", ...rangeOf(limit?.min, limit?.max) };
    }
    case "form":
      return { _tag: "Form", schema: question.form_schema ?? undefined };
    case "timestamp":
      return { _tag: "Timestamp", isMulti: question.allowMultiTimestamps ?? question.multi ?? false };
    default:
      return { _tag: "Unknown", type: question.type };
  }
};

// A later type may share no field with these, so each is recognised by its own name.
const kindV5 = (question: QuestionsV5.Question): Kind => {
  const configuration = (question.configuration ?? {}) as Readonly<Record<string, any>>;
  switch (question.question_type) {
    case "categorical": {
      const choices = (configuration["choices"] ?? []) as ReadonlyArray<string>;
      const isMulti = configuration["multi"] ?? false;
      return { _tag: "Choice", choices: choices.map((value) => ({ label: value, value })), isMulti };
    }
    case "rating":
      return { _tag: "Rating", steps: configuration["steps"] };
    case "number":
      return { _tag: "Number", ...rangeOf(configuration["min"], configuration["max"]) };
    case "free_text":
      return { _tag: "Text", ...rangeOf(configuration["min_length"], configuration["max_length"]) };
    case "form":
      return { _tag: "Form", schema: configuration["form_schema"] };
    case "timestamp":
      return { _tag: "Timestamp", isMulti: configuration["multi"] ?? false };
    default:
      return { _tag: "Unknown", type: String(question.question_type) };
  }
};

const isV5 = (question: Question): question is QuestionsV5.Question => "question_type" in question;

const asked = (question: Question, isRequired: boolean | null | undefined): AskedQuestion => {
  const about = { id: question.id, hasConditions: (question.conditions ?? []).length > 0 };
  return isV5(question)
    ? { ...about, title: question.name, kind: kindV5(question), isRequired: isRequired ?? false }
    : { ...about, title: question.title, kind: kindV4(question), isRequired: isRequired ?? question.required ?? false };
};

/**
 * The questions of a set, each as what its answer has to keep to. Where the set configures a question, that decides whether it is
 * required; else its own `required`, which the platform is replacing by the set's.
 */
export const list = (questions: Questions): ReadonlyArray<AskedQuestion> => {
  if (!("question_id_to_config" in questions || "name" in questions)) {
    return (questions as ReadonlyArray<Question>).map((question) => asked(question, undefined));
  }
  const { questions: expanded, question_id_to_config: config } = questions as QuestionSets.QuestionSet;
  const required = new Map(Object.entries(config ?? {}).map(([id, { required }]) => [id, required]));
  return (expanded ?? []).map((question) => asked(question, required.get(question.id)));
};
