import { type EventOf, instantOf, type TaskRow, type WatchEvent } from "@evalwire/core";
import { lifecycle } from "@evalwire/tasks";
import * as Table from "./terminal/Table.ts";
import type { Paint } from "./terminal/Terminal.ts";

export interface EventLineOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** The text shown for the event's time. */
  readonly clock: (event: WatchEvent) => string;
  /** Subject of a task; its id when left out. */
  readonly title?: (task: TaskRow) => string;
  /** Further text for a task that was handed in. */
  readonly note?: (task: TaskRow) => string | undefined;
}

interface Words {
  readonly who: string;
  readonly verb: string;
  readonly task?: TaskRow;
  readonly note?: string | undefined;
  readonly colour: (text: string) => string;
}

const whoWidth = 13;
const verbWidth = 14;
const noteWidth = 16;

/**
 * An event as a line of a terminal, at most `columns` wide; `undefined` for events that repeat what other lines say: tasks that
 * were there before, counts, the release of a task that is finished or whose lease has expired.
 */
export const eventLine = (event: WatchEvent, options: EventLineOptions): string | undefined => {
  const words = wordsOf(event, options);
  if (words === undefined) return undefined;
  const { paint, columns } = options;
  const time = options.clock(event);
  const title = words.task === undefined ? "" : (options.title?.(words.task) ?? words.task.id);
  const note = words.note ?? "";
  const room = columns - time.length - whoWidth - verbWidth - noteWidth - 8;
  // Without a task the note is the whole message and may have its room.
  const rest =
    title === ""
      ? Table.fit(note, Math.max(8, room + noteWidth + 2)).trimEnd()
      : `${Table.fit(title, Math.max(8, room))}  ${paint.dim(Table.fit(note, noteWidth).trimEnd())}`.trimEnd();
  const verb = words.colour(Table.fit(words.verb, verbWidth));
  return `${paint.dim(time)}  ${Table.fit(words.who, whoWidth)}  ${verb}  ${rest}`.trimEnd();
};

/** How long the lease had left when the event happened, in milliseconds; `Infinity` without a deadline. */
const leftMillis = ({ lease, time }: EventOf<"assignment.released" | "assignment.expiring">): number =>
  (instantOf(lease.expiresAt ?? "") ?? Number.POSITIVE_INFINITY) - (instantOf(time) ?? 0);

const duration = (millis: number): string =>
  millis >= 90_000 ? `${Math.round(millis / 60_000)} min` : `${Math.max(0, Math.round(millis / 1_000))} s`;

const wordsOf = (event: WatchEvent, { paint, note }: EventLineOptions): Words | undefined => {
  const plain = (text: string) => text;
  switch (event.type) {
    case "task.added":
      return event.replay ? undefined : { who: "", verb: "added", task: event.current, colour: plain };
    case "task.removed":
      return { who: "", verb: "removed", task: event.previous, colour: paint.yellow };
    case "task.updated":
      return undefined;
    case "task.status_changed": {
      const { current } = event;
      return {
        who: current.assigned_to ?? "",
        task: current,
        ...statusWords(current.status, paint),
        note: note?.(current),
      };
    }
    case "assignment.created":
      return { who: event.lease.assignee, verb: "claimed", task: event.current, colour: paint.dim };
    case "assignment.extended":
      return { who: event.lease.assignee, verb: "extended", task: event.current, colour: paint.dim };
    case "assignment.released":
      return lifecycle.isDone(event.current.status) || leftMillis(event) <= 0
        ? undefined
        : { who: event.lease.assignee, verb: "released", task: event.current, colour: paint.dim };
    case "assignment.expiring":
      return {
        who: event.lease.assignee,
        verb: "expiring",
        task: event.current,
        note: `${duration(leftMillis(event))} left`,
        colour: paint.yellow,
      };
    case "assignment.expired":
      return { who: event.lease.assignee, verb: "expired", task: event.current, colour: paint.red };
    case "evaluation.progressed":
      return undefined;
    case "evaluation.status_changed":
      return { who: "", verb: "evaluation", note: event.current.status, colour: paint.bold };
    case "watch.synced":
      return {
        who: "",
        verb: "watching",
        note: event.tasks === 1 ? "1 task" : `${event.tasks} tasks`,
        colour: paint.bold,
      };
    case "watch.degraded":
      return { who: "", verb: "degraded", note: event.error.message, colour: paint.red };
    case "watch.recovered":
      return { who: "", verb: "recovered", colour: paint.green };
  }
};

const statusWords = (status: string, paint: Paint): Pick<Words, "verb" | "colour"> => {
  switch (status) {
    case "COMPLETED":
      return { verb: "completed", colour: paint.green };
    case "FIXED":
      return { verb: "corrected", colour: paint.cyan };
    case "PENDING_REDO":
      return { verb: "sent back", colour: paint.yellow };
    default:
      return { verb: status.toLowerCase(), colour: (text) => text };
  }
};
