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

/** A write that no poll has shown yet. */
export interface Written {
  readonly span: SpanContext;
  /** When it ended, in milliseconds. */
  readonly at: number;
  /** The state a poll has to show, by the id of a task or of its result: the fields of the write's answer, as far as it had some. None: any poll. */
  readonly tasks: ReadonlyMap<string, Shown | undefined>;
}

/** A task as a poll or a write's answer shows it. */
export interface Shown {
  readonly status: unknown;
  readonly assigned_to: unknown;
}

/** The result of a successful poll. */
export interface Seen {
  /** When it began, in milliseconds. */
  readonly since: number;
  /** By the id of a task, and by that of its result. */
  readonly tasks: ReadonlyMap<string, Shown>;
}

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
  readonly #writes = new Map<string, ReadonlyArray<Written>>();

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

  /** A write has ended. Without a watch, no poll will show it, and it is not kept. */
  wrote(evaluationId: string, write: Written): void {
    if (!this.#watched.has(evaluationId)) return;
    const writes = this.#writes.get(evaluationId) ?? [];
    // A span may have 128 links by default.
    this.#writes.set(evaluationId, [...writes.slice(-127), write]);
  }

  /** The writes that a poll is the first to show: it began after they had ended, and what they wrote is in its answer. */
  confirmedBy(evaluationId: string, { since, tasks }: Seen): ReadonlyArray<Link> {
    const isShown = ([id, written]: readonly [string, Shown | undefined]): boolean => {
      const seen = tasks.get(id);
      if (seen === undefined || written === undefined) return seen !== undefined;
      return seen.status === written.status && seen.assigned_to === written.assigned_to;
    };
    const left: Array<Written> = [];
    const links: Array<Link> = [];
    for (const write of this.#writes.get(evaluationId) ?? []) {
      const rest = new Map([...write.tasks].filter((each) => since < write.at || !isShown(each)));
      const isConfirmed = since >= write.at && rest.size === 0;
      if (isConfirmed) links.push({ context: write.span });
      else left.push({ ...write, tasks: rest });
    }
    this.#writes.set(evaluationId, left);
    return links;
  }

  close(at: number): void {
    for (const { span, lastAt } of this.#watched.values()) span.end(Math.max(at, lastAt));
    this.#watched.clear();
    this.#writes.clear();
  }
}
