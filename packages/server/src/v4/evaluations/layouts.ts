/** A request's layout in the form of answers: one flat object, in which every named place is a component. */
import type { AnnotationConfig, Evaluations } from "@evalwire/core/contract";

type Item = AnnotationConfig.AnnotationItem;

const place = (data_loc: ReadonlyArray<string>, label: string): Item => ({ data_loc, label });

const optionalPlace = (data_loc: ReadonlyArray<string> | null | undefined, label: string): ReadonlyArray<Item> =>
  data_loc ? [{ ...place(data_loc, label), optional: true }] : [];

const answerOf = (
  annotation_config_type: string,
  rows: ReadonlyArray<ReadonlyArray<Item>>,
  llm_prompt: AnnotationConfig.LlmPrompt | null | undefined,
): AnnotationConfig.AnnotationConfig => ({
  annotation_config_type,
  components: rows.filter((row) => row.length > 0),
  ...(llm_prompt ? { llm_prompt } : {}),
});

type Layout = AnnotationConfig.Layout;

/** Whether a layout names the place that identifies its kind. */
const names =
  <Kind extends Layout>(place: string) =>
  (layout: Layout): layout is Kind =>
    Array.isArray((layout as Readonly<Record<string, unknown>>)[place]);

const isSummarization = names<AnnotationConfig.SummarizationLayout>("document_loc");
const isTranslation = names<AnnotationConfig.TranslationLayout>("original_text_loc");
const isMultiturn = names<AnnotationConfig.MultiturnLayout>("messages_loc");

const input = place(["test_case_data", "input"], "Input");
const output = place(["test_case_output", "output"], "Output");
const expected = optionalPlace(["test_case_data", "expected_output"], "Expected output");

/** A layout as answers show it; places beside each other are compared, one below the other are read in turn. */
export const laidOut = (layout: Layout): AnnotationConfig.AnnotationConfig => {
  if (isSummarization(layout)) {
    const { document_loc, summary_loc, expected_summary_loc, llm_prompt } = layout;
    const summaries = [place(summary_loc, "Summary"), ...optionalPlace(expected_summary_loc, "Expected summary")];
    return answerOf("summarization", [[place(document_loc, "Document")], summaries], llm_prompt);
  }
  if (isTranslation(layout)) {
    const { original_text_loc, translation_loc, expected_translation_loc, language_loc, llm_prompt } = layout;
    const texts = [place(original_text_loc, "Original text"), place(translation_loc, "Translation")];
    const rest = optionalPlace(expected_translation_loc, "Expected translation");
    return answerOf("translation", [optionalPlace(language_loc, "Language"), texts, rest], llm_prompt);
  }
  if (isMultiturn(layout)) {
    return answerOf("multiturn", [[place(layout.messages_loc, "Messages")]], layout.llm_prompt);
  }
  const { llm_prompt_template: template, ...rest } = layout;
  if (!template && layout.annotation_config_type !== "generation") return rest;
  const prompt = template ? { llm_prompt: { template } } : {};
  return { components: [[input], [output, ...expected]], ...prompt, ...rest, annotation_config_type: "generation" };
};

type Requested = Pick<Evaluations.CreateEvaluation, "annotation_config" | "question_id_to_annotation_config">;
type Answered = Pick<Evaluations.Evaluation, "annotation_config" | "question_id_to_annotation_config">;

/** Both kinds of layouts of a request, those that were given. */
export const allLaidOut = ({ annotation_config, question_id_to_annotation_config }: Requested): Answered => ({
  ...(annotation_config ? { annotation_config: laidOut(annotation_config) } : {}),
  ...(question_id_to_annotation_config ? { question_id_to_annotation_config } : {}),
});
