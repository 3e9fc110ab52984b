/** The run described by an output's trace spans, complete: missing fields follow from the spans, the output and the call. */
import { type ApplicationTestCaseOutputs, Instant, type Interactions, type TestCases } from "@evalwire/core/contract";
import type { CallContext } from "../../Handler.ts";

/** The owner of the run. */
export interface About {
  readonly outputId: string;
  readonly accountId: string;
  readonly specId: string;
  readonly asked: ApplicationTestCaseOutputs.CreateApplicationTestCaseOutput;
  readonly testCase: TestCases.TestCase;
}

const instant = (millis: number): string => new Date(millis).toISOString();

/** `undefined` when no spans were sent. */
export const interactionOf = (
  { caller, now }: CallContext,
  { outputId, accountId, specId, asked, testCase }: About,
): Interactions.Interaction | undefined => {
  const { application_variant_id, output } = asked;
  const sent = asked.trace_spans ?? undefined;
  if (sent === undefined) return undefined;
  const id = asked.application_interaction_id ?? `${outputId}:interaction`;
  const spans = sent.map((span, index): Interactions.TraceSpan => {
    const duration_ms = Math.max(0, Math.round(span.duration_ms ?? 0));
    return {
      ...span,
      id: `${id}:${index + 1}`,
      trace_id: id,
      application_interaction_id: id,
      application_variant_id,
      account_id: accountId,
      operation_status: span.operation_status ?? "SUCCESS",
      operation_type: span.operation_type ?? "CUSTOM",
      end_timestamp: instant(Instant.epochMillis(span.start_timestamp) + duration_ms),
      duration_ms,
      created_by_user_id: caller.userId,
      created_by_identity_type: caller.identityType,
    };
  });
  const starts = spans.map(({ start_timestamp }) => Instant.epochMillis(start_timestamp));
  const ends = spans.map(({ end_timestamp }) => Instant.epochMillis(end_timestamp!));
  const isEmpty = spans.length === 0;
  const { input } = testCase.test_case_data as { readonly input?: unknown };
  return {
    id,
    application_spec_id: specId,
    application_variant_id,
    aggregated: false,
    interaction_source: "EVALUATION",
    created_at: now,
    start_timestamp: isEmpty ? now : instant(Math.min(...starts)),
    duration_ms: isEmpty ? 0 : Math.max(...ends) - Math.min(...starts),
    input: { input },
    output: { ...output },
    operation_status: spans.some(({ operation_status }) => operation_status === "ERROR") ? "ERROR" : "SUCCESS",
    trace_spans: spans,
  };
};
