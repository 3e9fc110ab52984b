import { leaseOf } from "@evalwire/core";
import { useMemo } from "react";
import { useSearchParams } from "wouter";
import { useBoard, useServerNow } from "../live/hooks.ts";
import { labels, type Urgency, urgencyOf } from "../model/Urgency.ts";
import { AssignmentsTable, deadlineOf } from "./AssignmentsTable.tsx";

const shown: ReadonlyArray<Urgency> = ["expired", "uncertain", "urgent", "soon", "calm", "none"];

export default function AssignmentsPage() {
  const tasks = useBoard((board) => board.tasks);
  const { now, errorMillis } = useServerNow();
  const [params, setParams] = useSearchParams();
  const person = params.get("person") ?? "";
  const active = useMemo(() => tasks.filter((task) => leaseOf(task) !== undefined), [tasks]);
  const people = useMemo(() => [...new Set(active.map(({ assigned_to }) => assigned_to!))].sort(), [active]);
  const counts = new Map<Urgency, number>();
  for (const task of active) {
    const deadline = deadlineOf(task);
    const urgency = urgencyOf(deadline === Number.POSITIVE_INFINITY ? undefined : deadline - now, errorMillis);
    counts.set(urgency, (counts.get(urgency) ?? 0) + 1);
  }
  return (
    <section className="panel" aria-labelledby="assignments-head">
      <div className="head">
        <h2 id="assignments-head">Active assignments ({active.length})</h2>
        <p className="quiet">
          Times are the server's, known to ± {errorMillis < 100 ? "0.1" : (errorMillis / 1_000).toFixed(1)} s.
        </p>
      </div>
      <ul className="counts">
        {shown
          .filter((urgency) => (counts.get(urgency) ?? 0) > 0)
          .map((urgency) => (
            <li key={urgency} className={`count urgency-${urgency}`}>
              <strong>{counts.get(urgency)}</strong> {labels[urgency]}
            </li>
          ))}
      </ul>
      <div className="tools">
        <label>
          Person{" "}
          <select
            value={person}
            onChange={({ target }) =>
              setParams(target.value === "" ? new URLSearchParams() : new URLSearchParams({ person: target.value }), {
                replace: true,
              })
            }
          >
            <option value="">Everybody</option>
            {people.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      </div>
      <AssignmentsTable {...(person === "" ? {} : { person })} />
    </section>
  );
}
