import type { TaskRow } from "@evalwire/core";
import { lifecycle } from "@evalwire/tasks";
import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { PersonPicker } from "../acts/PersonPicker.tsx";
import { PlanDialog } from "../acts/PlanDialog.tsx";
import { usePeople } from "../acts/usePeople.ts";
import { useBoard, useRecords } from "../live/hooks.ts";
import { useShown } from "../live/Shown.ts";
import { type Records, resultIdOf } from "../model/Records.ts";
import { isDone, labels, placeOf, places } from "../model/Standing.ts";
import * as TaskQuery from "../model/TaskQuery.ts";
import { lengthOf, millisOf, moment } from "../model/Time.ts";
import { type DataColumn, DataTable } from "../table/DataTable.tsx";
import { ChoiceField, peopleOptions, SaveCsv, SearchField } from "./Listing.tsx";
import { Nothing } from "./Nothing.tsx";
import { TaskLink } from "./TaskLink.tsx";
import { TimeLeft } from "./TimeLeft.tsx";

const at = (millis: number | undefined): string => (millis === undefined ? "–" : moment(millis, Date.now()));

const widths: Readonly<Record<TaskQuery.Column, string>> = {
  task: "minmax(8rem, 2.4fr)",
  place: "minmax(7.5rem, 1fr)",
  person: "minmax(6.5rem, 1fr)",
  deadline: "minmax(11rem, 1.1fr)",
  priority: "5rem",
  type: "minmax(9rem, 1fr)",
  updated: "minmax(7rem, 0.8fr)",
  completed: "minmax(7rem, 0.8fr)",
  seconds: "6.5rem",
};

const cellOf = (column: TaskQuery.Column, task: TaskRow, records: Records): React.ReactNode => {
  const record = records.get(resultIdOf(task));
  switch (column) {
    case "task":
      return <TaskLink taskId={task.id} resultId={resultIdOf(task)} />;
    case "place":
      return (
        <span className={`place place-${placeOf(task)}`}>
          {placeOf(task) === "other" ? task.status.toLowerCase() : labels[placeOf(task)]}
        </span>
      );
    case "person":
      return task.assigned_to ?? <span className="quiet">unassigned</span>;
    case "deadline":
      return lifecycle.isOpen(task.status) && task.assigned_to !== null ? (
        <TimeLeft expiresAt={task.assignment_expires_at} />
      ) : (
        ""
      );
    case "priority":
      return task.priority ?? "–";
    case "type":
      return task.task_type.toLowerCase().replaceAll("_", " ");
    case "updated":
      return at(millisOf(task.updated_at));
    case "completed":
      return at(record?.completedAt);
    case "seconds":
      return record?.seconds === undefined ? "–" : lengthOf(record.seconds * 1_000);
  }
};

const numbers: ReadonlySet<TaskQuery.Column> = new Set(["priority", "seconds"]);
const keyOf = ({ id }: TaskRow) => id;

export default function TasksPage() {
  const tasks = useBoard((board) => board.tasks);
  const byId = useBoard((board) => board.byId);
  const { byId: records } = useRecords();
  const people = usePeople();
  const { session, isV5 } = useShown();
  // v5 shows no holders, and nothing can be handed over.
  const canAct = !session.isReadOnly && !isV5;
  const [params, setParams] = useSearchParams();
  const query = useMemo(() => TaskQuery.parse(params), [params]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const change = (fields: Partial<TaskQuery.TaskQuery>) =>
    setParams(TaskQuery.print({ ...query, ...fields }), { replace: true });

  // Typing stays quick however many tasks there are.
  const wanted = useDeferredValue(query);
  const [choose] = useState(TaskQuery.selecting);
  const rows = useMemo(() => choose(tasks, records, wanted), [choose, tasks, records, wanted]);
  const columns = useMemo(
    () =>
      wanted.columns.map(
        (id): DataColumn<TaskRow> => ({
          id,
          header: TaskQuery.columnLabels[id],
          width: widths[id],
          isNumber: numbers.has(id),
          cell: (task) => cellOf(id, task, records),
        }),
      ),
    [wanted.columns, records],
  );
  const latest = useCallback((id: string) => byId.get(id), [byId]);
  const select = useCallback((keys: ReadonlyArray<string>, isSelected: boolean) => {
    setSelected((last) => {
      const next = new Set(last);
      for (const key of keys)
        if (isSelected) next.add(key);
        else next.delete(key);
      return next;
    });
  }, []);
  const sort = (id: string) =>
    change({ sort: id as TaskQuery.Column, isDescending: query.sort === id ? !query.isDescending : false });
  return (
    <section className="panel" aria-labelledby="tasks-head">
      <div className="head">
        <h2 id="tasks-head">
          Tasks ({rows.length === tasks.length ? tasks.length : `${rows.length} of ${tasks.length}`})
        </h2>
        <SaveTasks rows={rows} columns={query.columns} records={records} />
      </div>
      <Filters query={query} people={people} isV5={isV5} change={change} />
      {canAct && selected.size > 0 && (
        <Selection
          tasks={[...selected].flatMap((id) => byId.get(id) ?? [])}
          people={people}
          clear={() => setSelected(new Set())}
        />
      )}
      <DataTable
        label="Tasks"
        rows={rows}
        keyOf={keyOf}
        latest={latest}
        columns={columns}
        sort={{ id: query.sort, isDescending: query.isDescending }}
        onSort={sort}
        {...(canAct ? { selected, onSelect: select } : {})}
        empty={
          <Nothing>
            {tasks.length === 0 ? "There are no tasks yet." : "No task matches. Change the search or the filters."}
          </Nothing>
        }
      />
    </section>
  );
}

interface FiltersProps {
  readonly query: TaskQuery.TaskQuery;
  readonly people: ReadonlyArray<string>;
  readonly isV5: boolean;
  readonly change: (fields: Partial<TaskQuery.TaskQuery>) => void;
}

const Filters = ({ query, people, isV5, change }: FiltersProps) => (
  <search className="tools">
    <SearchField value={query.text} onChange={(text) => change({ text })} />
    {isV5 || (
      <ChoiceField
        label="Person"
        value={query.person}
        options={[...peopleOptions(people), [TaskQuery.unassigned, "Unassigned"]]}
        onChange={(person) => change({ person })}
      />
    )}
    <details className="menu">
      <summary>Status{query.places.length > 0 && ` (${query.places.length})`}</summary>
      <fieldset className="menu-body">
        <legend className="unseen">Status</legend>
        {places.map((place) => (
          <label key={place}>
            <input
              type="checkbox"
              checked={query.places.includes(place)}
              onChange={({ target }) =>
                change({
                  places: places.filter((each) => (each === place ? target.checked : query.places.includes(each))),
                })
              }
            />{" "}
            {labels[place]}
          </label>
        ))}
      </fieldset>
    </details>
    <details className="menu">
      <summary>Columns</summary>
      <fieldset className="menu-body">
        <legend className="unseen">Columns</legend>
        {TaskQuery.columns
          .filter((column) => column !== "task")
          .map((column) => (
            <label key={column}>
              <input
                type="checkbox"
                checked={query.columns.includes(column)}
                onChange={({ target }) =>
                  change({
                    columns: TaskQuery.columns.filter((each) =>
                      each === column ? target.checked : query.columns.includes(each),
                    ),
                  })
                }
              />{" "}
              {TaskQuery.columnLabels[column]}
            </label>
          ))}
      </fieldset>
    </details>
    {(query.text !== "" || query.places.length > 0 || query.person !== "") && (
      <button type="button" onClick={() => change({ text: "", places: [], person: "" })}>
        Clear filters
      </button>
    )}
  </search>
);

interface SelectionProps {
  readonly tasks: ReadonlyArray<TaskRow>;
  readonly people: ReadonlyArray<string>;
  readonly clear: () => void;
}

/** Actions on the chosen tasks. */
const Selection = ({ tasks, people, clear }: SelectionProps) => {
  const { acts } = useShown();
  const [isPlanning, setIsPlanning] = useState(false);
  const open = tasks.filter(({ status }) => lifecycle.isOpen(status));
  const held = open.filter(({ assigned_to }) => assigned_to !== null);
  const done = tasks.filter((task) => isDone(placeOf(task)));
  const each = async (some: ReadonlyArray<TaskRow>, act: (task: TaskRow) => Promise<boolean>) => {
    for (const task of some) if (!(await act(task))) return;
  };
  return (
    <section className="selection" aria-label={`${tasks.length} tasks selected`}>
      <strong>{tasks.length} selected</strong>
      <PersonPicker
        label="Assign to"
        people={people}
        isDisabled={open.length === 0}
        onPick={(user) => void acts.assign(open, user)}
      />
      <button type="button" disabled={held.length === 0} onClick={() => void acts.release(held)}>
        Release {held.length}
      </button>
      <button type="button" disabled={open.length === 0} onClick={() => setIsPlanning(true)}>
        Distribute {open.length}…
      </button>
      <button
        type="button"
        disabled={done.length === 0}
        onClick={() => void each(done, (task) => acts.approve(task, ""))}
      >
        Approve {done.length}
      </button>
      <button type="button" className="bare" onClick={clear}>
        Clear selection
      </button>
      {isPlanning && <PlanDialog tasks={open} people={people} onClose={() => setIsPlanning(false)} />}
    </section>
  );
};

interface SaveProps {
  readonly rows: ReadonlyArray<TaskRow>;
  readonly columns: ReadonlyArray<TaskQuery.Column>;
  readonly records: Records;
}

const plainOf = (column: TaskQuery.Column, task: TaskRow, records: Records): unknown => {
  const record = records.get(resultIdOf(task));
  switch (column) {
    case "task":
      return record?.title;
    case "place":
      return labels[placeOf(task)];
    case "person":
      return task.assigned_to;
    case "deadline":
      return task.assignment_expires_at;
    case "priority":
      return task.priority;
    case "type":
      return task.task_type;
    case "updated":
      return task.updated_at;
    case "completed":
      return record?.completedAt === undefined ? undefined : new Date(record.completedAt).toISOString();
    case "seconds":
      return record?.seconds;
  }
};

const SaveTasks = ({ rows, columns, records }: SaveProps) => {
  const { evaluationId } = useShown();
  const names = ["task_id", "result_id", ...columns.map((column) => TaskQuery.columnLabels[column])];
  const lines = () =>
    rows.map((task) => [task.id, resultIdOf(task), ...columns.map((column) => plainOf(column, task, records))]);
  return <SaveCsv name={`tasks-${evaluationId}`} columns={names} rows={lines} isDisabled={rows.length === 0} />;
};
