/**
 * One span per watched evaluation, under which its polls are.
 *
 * A span is seen only when it has ended, and a watch may last for weeks. So its span ends after a while, and the next poll begins another one that is
 * linked to it. No timer is needed: what happens next looks at how old the span is.
 */
import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type Tracer,
  trace,
} from "@opentelemetry/api";

interface Watched {
  readonly span: Span;
  readonly since: number;
  /** When its last poll ended, in milliseconds. */
  lastAt: number;
}

const longestMillis = 10 * 60_000;

export class WatchSpans {
  readonly #tracer: Tracer;
  readonly #watched = new Map<string, Watched>();
  /** The writes of an evaluation that no poll has begun after. */
  readonly #writes = new Map<string, Array<SpanContext>>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** Where a poll that begins now belongs. */
  contextOf(evaluationId: string, at: number): Context {
    let watched = this.#watched.get(evaluationId);
    if (watched === undefined || at - watched.since >= longestMillis) {
      const links = watched === undefined ? [] : [{ context: watched.span.spanContext() }];
      watched?.span.end(watched.lastAt);
      const attributes = { "evalwire.evaluation.id": evaluationId };
      const span = this.#tracer.startSpan("evalwire watch", { startTime: at, attributes, links }, ROOT_CONTEXT);
      watched = { span, since: at, lastAt: at };
      this.#watched.set(evaluationId, watched);
    }
    return trace.setSpan(ROOT_CONTEXT, watched.span);
  }

  /** A poll has ended. */
  polled(evaluationId: string, at: number): void {
    const watched = this.#watched.get(evaluationId);
    if (watched !== undefined) watched.lastAt = Math.max(watched.lastAt, at);
  }

  /** A write has ended. Where nobody watches, no poll will see it, and it is not kept. */
  wrote(evaluationId: string, write: SpanContext): void {
    if (!this.#watched.has(evaluationId)) return;
    const writes = this.#writes.get(evaluationId) ?? [];
    // A span may have 128 links by default.
    this.#writes.set(evaluationId, [...writes.slice(-127), write]);
  }

  /** The writes that a poll which begins now is the first to see. */
  writesSeenBy(evaluationId: string): ReadonlyArray<Link> {
    const writes = this.#writes.get(evaluationId) ?? [];
    this.#writes.delete(evaluationId);
    return writes.map((context) => ({ context }));
  }

  close(at: number): void {
    for (const { span, lastAt } of this.#watched.values()) span.end(Math.max(at, lastAt));
    this.#watched.clear();
    this.#writes.clear();
  }
}
