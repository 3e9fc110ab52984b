import { leaseOf } from "@evalwire/core";
import { useMemo } from "react";
import { useBoard, useServerNow } from "../live/hooks.ts";
import { accuracyOf } from "../live/ServerClock.ts";
import { deadlineOf } from "../model/Deadline.ts";
import { labels, type Urgency, urgencyOf } from "../model/Urgency.ts";
import { AssignmentsTable } from "./AssignmentsTable.tsx";
import { ChoiceField, peopleOptions } from "./Listing.tsx";
import { useAddress } from "./useAddress.ts";

const shown: ReadonlyArray<Urgency> = ["expired", "uncertain", "urgent", "soon", "calm", "none"];

export default function AssignmentsPage() {
  const tasks = useBoard((board) => board.tasks);
  const server = useServerNow();
  const [params, change] = useAddress();
  const person = params.get("person") ?? "";
  const active = useMemo(() => tasks.filter((task) => leaseOf(task) !== undefined), [tasks]);
  const people = useMemo(() => [...new Set(active.map(({ assigned_to }) => assigned_to!))].sort(), [active]);
  const counts = new Map<Urgency, number>();
  for (const task of server.isKnown ? active : []) {
    const urgency = urgencyOf(server.until(deadlineOf(task)), server.errorMillis);
    counts.set(urgency, (counts.get(urgency) ?? 0) + 1);
  }
  return (
    <section className="panel" aria-labelledby="assignments-head">
      <div className="head">
        <h2 id="assignments-head">Active assignments ({active.length})</h2>
        <p className="quiet">{accuracyOf(server)}</p>
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
        <ChoiceField
          label="Person"
          value={person}
          options={peopleOptions(people)}
          onChange={(user) => change("person", user)}
        />
      </div>
      <AssignmentsTable {...(person === "" ? {} : { person })} />
    </section>
  );
}
