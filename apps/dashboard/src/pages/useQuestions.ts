import type { Questions } from "@evalwire/core/contract";
import { useEffect, useState } from "react";
import { useShown } from "../live/Shown.ts";
import { untilRead } from "../live/untilRead.ts";

const none: ReadonlyArray<Questions.Question> = [];

/** The questions annotators answer; none until they are read, and for evaluations without. */
export const useQuestions = (): ReadonlyArray<Questions.Question> => {
  const { client, evaluationId, isV5 } = useShown();
  const [questions, setQuestions] = useState(none);
  useEffect(() => {
    if (isV5) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const read = async () => {
      const evaluation = await client.evaluations.retrieve(
        { evaluation_id: evaluationId, view: ["EvaluationConfig"] },
        { signal },
      );
      const config = evaluation.evaluation_config_expanded as
        | {
            readonly question_set_id?: string;
            readonly question_set?: { readonly questions?: ReadonlyArray<Questions.Question> | null } | null;
          }
        | null
        | undefined;
      const found = config?.question_set?.questions;
      if (found != null) return found;
      if (config?.question_set_id === undefined) return none;
      const set = await client.questionSets.retrieve({ question_set_id: config.question_set_id }, { signal });
      return (set as { readonly questions?: ReadonlyArray<Questions.Question> | null }).questions ?? none;
    };
    // Until then answers are shown under the ids of their questions.
    untilRead(read, signal).then((found) => found && setQuestions(found));
    return () => leaving.abort();
  }, [client, evaluationId, isV5]);
  return questions;
};
