import * as Effect from "effect/Effect";

/** Shows an operation to the tracer of the program: `evalwire tasks.<name>`, the parent of the calls that it makes. */
export const spanned =
  (name: string, evaluationId?: string) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.withSpan(work, `evalwire tasks.${name}`, {
      attributes: evaluationId === undefined ? {} : { "evalwire.evaluation.id": evaluationId },
    });
