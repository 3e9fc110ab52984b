import { useCallback, useMemo, useRef, useState } from "react";
import { useEntries, useRecords, useSince } from "../live/hooks.ts";
import { useShown } from "../live/Shown.ts";
import { type Entry, type Kind, restored, unseen } from "../model/Entry.ts";
import { resultIdOf } from "../model/Records.ts";
import { moment } from "../model/Time.ts";
import { type DataColumn, DataTable } from "../table/DataTable.tsx";
import { SaveCsv, SearchField } from "./Listing.tsx";
import { TaskLink } from "./TaskLink.tsx";
import { useAddress } from "./useAddress.ts";

const kinds: ReadonlyArray<readonly [Kind | "", string]> = [
  ["", "All"],
  ["status", "Status"],
  ["assignment", "Assignments"],
  ["connection", "Connection"],
];
const mostRestored = 1_000;

const columns: ReadonlyArray<DataColumn<Entry>> = [
  { id: "at", header: "Time", width: "7rem", cell: ({ at }) => moment(at, Date.now()) },
  { id: "who", header: "Who", width: "minmax(4rem, 0.7fr)", cell: ({ who }) => who ?? "" },
  {
    id: "verb",
    header: "What",
    width: "minmax(7rem, 0.8fr)",
    cell: ({ verb, tone, detail }) => (
      <span className={`tone-${tone}`}>
        {verb.replace(/:$/, "")}
        {detail !== undefined && ` ${detail}`}
      </span>
    ),
  },
  {
    id: "task",
    header: "Task",
    width: "minmax(9rem, 2fr)",
    cell: ({ taskId, resultId }) => (taskId === undefined ? "" : <TaskLink taskId={taskId} resultId={resultId} />),
  },
];

/** Why there is nothing in the list. */
const emptyOf = (isFiltered: boolean, isWhole: boolean): string => {
  if (!isWhole) return "Reading what has happened so far…";
  return isFiltered ? "No event matches." : "Nothing has happened yet.";
};

const keyOf = ({ id, at }: Entry) => `${id} ${at}`;

export default function EventsPage() {
  const { board, evaluationId } = useShown();
  const live = useEntries();
  const { byId, isWhole } = useRecords();
  const [params, change] = useAddress();
  const kind = params.get("kind") ?? "";
  const text = params.get("q") ?? "";
  const since = useSince();
  const [heldAt, setHeldAt] = useState<ReadonlyArray<Entry>>();
  const taskOf = useRef(new Map<string, string>());

  const earlier = useMemo(() => {
    for (const task of board.snapshot().tasks) {
      taskOf.current.set(resultIdOf(task), task.id);
    }
    return restored(byId, since, mostRestored).map((entry) => {
      const taskId = taskOf.current.get(entry.resultId ?? "");
      return taskId === undefined ? entry : { ...entry, taskId };
    });
  }, [byId, since, board]);
  const entries = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return [...(heldAt ?? live), ...unseen(earlier, live)].filter(
      (entry) =>
        (kind === "" || entry.kind === kind) &&
        (wanted === "" ||
          `${entry.who ?? ""} ${entry.verb} ${byId.get(entry.resultId ?? "")?.title ?? ""}`
            .toLowerCase()
            .includes(wanted)),
    );
  }, [heldAt, live, earlier, kind, text, byId]);
  const byKey = useMemo(() => new Map(entries.map((entry) => [keyOf(entry), entry])), [entries]);
  const latest = useCallback((key: string) => byKey.get(key), [byKey]);
  const saved = () =>
    entries.map(({ at, who, verb, detail, taskId, resultId, isRestored }) => [
      new Date(at).toISOString(),
      who,
      verb.replace(/:$/, ""),
      detail,
      taskId,
      resultId,
      isRestored ? "server" : "live",
    ]);
  return (
    <section className="panel" aria-labelledby="events-head">
      <div className="head">
        <h2 id="events-head">Events</h2>
        <SaveCsv
          name={`events-${evaluationId}`}
          columns={["time", "who", "what", "detail", "task", "result", "source"]}
          rows={saved}
          isDisabled={entries.length === 0}
        />
      </div>
      <div className="tools">
        <SearchField value={text} onChange={(wanted) => change("q", wanted)} />
        <fieldset className="choice">
          <legend className="unseen">Kind of event</legend>
          {kinds.map(([each, label]) => (
            <button key={each} type="button" aria-pressed={kind === each} onClick={() => change("kind", each)}>
              {label}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          aria-pressed={heldAt !== undefined}
          onClick={() => setHeldAt(heldAt === undefined ? live : undefined)}
        >
          {heldAt === undefined ? "Hold" : `Continue (${live.length - heldAt.length} more)`}
        </button>
      </div>
      <DataTable
        label="Events"
        rows={entries}
        keyOf={keyOf}
        latest={latest}
        columns={columns}
        empty={<p className="empty">{emptyOf(kind !== "" || text.trim() !== "", isWhole)}</p>}
      />
      <p className="quiet">
        From {moment(since, Date.now())} on: everything this page saw. Before: what the server keeps the time of, which
        is completions and verdicts{isWhole ? "" : " (still being read)"}.
      </p>
    </section>
  );
}
