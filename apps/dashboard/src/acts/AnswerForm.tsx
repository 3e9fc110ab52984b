/** The answers to an evaluation's questions, as a form: for handing in a task of one's own, and for correcting another's. */
import type { Questions } from "@evalwire/core/contract";
import { useId, useState } from "react";
import { useDraft } from "./useDraft.ts";
import { useTimeSpent } from "./useTimeSpent.ts";

type Answers = Readonly<{ [questionId: string]: unknown }>;

interface FormProps {
  /** Name of the draft of its answers. */
  readonly draft: string;
  readonly questions: ReadonlyArray<Questions.Question>;
  readonly answers: Answers;
  readonly verb: string;
  /** With the seconds that the form was before the person's eyes. */
  readonly onSend: (answers: Answers, seconds: number) => Promise<boolean>;
}

export const AnswerForm = ({ draft, questions, answers, verb, onSend }: FormProps) => {
  const [given, setGiven, forget] = useDraft<Answers>(draft, answers);
  const [isBusy, setIsBusy] = useState(false);
  const spent = useTimeSpent();
  const isMissing = questions.some(
    ({ id, required }) => required === true && (given[id] === undefined || given[id] === ""),
  );
  return (
    <form
      className="answers"
      onSubmit={async (event) => {
        event.preventDefault();
        setIsBusy(true);
        const sent = Object.fromEntries(
          Object.entries(given).filter(([, value]) => value !== undefined && value !== ""),
        );
        if (await onSend(sent, spent.seconds)) forget();
        setIsBusy(false);
      }}
    >
      {questions.map((question) => (
        <Field
          key={question.id}
          question={question}
          value={given[question.id]}
          onChange={(value) => setGiven({ ...given, [question.id]: value })}
        />
      ))}
      <button type="submit" className="primary" disabled={isBusy || isMissing}>
        {verb}
      </button>
    </form>
  );
};

interface FieldProps {
  readonly question: Questions.Question;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

const Field = ({ question, value, onChange }: FieldProps) => {
  const id = useId();
  const { title, prompt, type, choices, multi, ratingOptions, numberOptions, required } = question;
  const head = (
    <>
      {title}
      {required === true && <span className="quiet"> (required)</span>}
      <span className="sub quiet">{prompt}</span>
    </>
  );
  if (type === "categorical" && multi === true) {
    const chosen = Array.isArray(value) ? (value as ReadonlyArray<unknown>) : [];
    return (
      <fieldset className="field">
        <legend>{head}</legend>
        {choices?.map((choice) => (
          <label key={String(choice.value)}>
            <input
              type="checkbox"
              checked={chosen.includes(choice.value)}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, choice.value] : chosen.filter((each) => each !== choice.value))
              }
            />{" "}
            {choice.label}
          </label>
        ))}
      </fieldset>
    );
  }
  if (type === "categorical") {
    return (
      <div className="field">
        <label htmlFor={id}>{head}</label>
        <select
          id={id}
          value={String(value ?? "")}
          onChange={({ target }) => onChange(choices?.find((choice) => String(choice.value) === target.value)?.value)}
        >
          <option value="">–</option>
          {choices?.map((choice) => (
            <option key={String(choice.value)} value={String(choice.value)}>
              {choice.label}
            </option>
          ))}
        </select>
      </div>
    );
  }
  if (type === "rating" || type === "number") {
    const max = type === "rating" ? ratingOptions?.scaleSteps : numberOptions?.max;
    const min = type === "rating" ? 1 : numberOptions?.min;
    return (
      <div className="field">
        <label htmlFor={id}>
          {head}
          {ratingOptions != null && (
            <span className="sub quiet">
              1: {ratingOptions.minLabel}; {ratingOptions.scaleSteps}: {ratingOptions.maxLabel}
            </span>
          )}
        </label>
        <input
          id={id}
          type="number"
          value={typeof value === "number" ? value : ""}
          {...(min == null ? {} : { min })}
          {...(max == null ? {} : { max })}
          step={type === "rating" ? 1 : "any"}
          onChange={({ target }) => onChange(target.value === "" ? undefined : Number(target.value))}
        />
      </div>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{head}</label>
      <textarea
        id={id}
        rows={3}
        value={typeof value === "string" ? value : ""}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
};
