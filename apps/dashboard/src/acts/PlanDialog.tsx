import type { TaskRow } from "@evalwire/core";
import { type Plan, plan } from "@evalwire/tasks";
import { useMemo, useState } from "react";
import { useShown } from "../live/Shown.ts";
import { type ListColumn, Listing } from "../pages/Listing.tsx";
import { useDialog } from "./useDialog.ts";

interface PlanProps {
  readonly tasks: ReadonlyArray<TaskRow>;
  readonly people: ReadonlyArray<string>;
  readonly onClose: () => void;
}

const columns: ReadonlyArray<ListColumn> = [
  { header: "Person" },
  { header: "Has now", isNumber: true },
  { header: "At most", isNumber: true },
  { header: "Will have", isNumber: true },
];
const chunkSize = 100;

/** How many requests carry a plan out: one a person and a hundred tasks. */
const requestsOf = ({ moves }: Plan): number => {
  const counts = new Map<string, number>();
  for (const { to } of moves) counts.set(to, (counts.get(to) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.ceil(count / chunkSize), 0);
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const isWhole = (text: string): boolean => /^\s*\d*\s*$/.test(text);

const capacityOf = (text = ""): number | undefined => (text.trim() === "" || !isWhole(text) ? undefined : Number(text));

/** Distributes tasks evenly over people: first as a dry run, then for real. */
export const PlanDialog = ({ tasks, people, onClose }: PlanProps) => {
  const { acts } = useShown();
  const dialog = useDialog(onClose);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [capacities, setCapacities] = useState<Readonly<{ [user: string]: string }>>({});
  const [extra, setExtra] = useState("");
  const [progress, setProgress] = useState<number>();
  const names = useMemo(() => [...new Set([...people, ...chosen])].sort(), [people, chosen]);
  const made = useMemo(() => {
    const persons = [...chosen].map((id) => {
      const capacity = capacityOf(capacities[id]);
      return capacity === undefined ? { id } : { id, capacity };
    });
    return persons.length === 0 ? undefined : plan({ tasks, people: persons });
  }, [tasks, chosen, capacities]);
  const now = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { assigned_to } of tasks)
      if (assigned_to !== null) counts.set(assigned_to, (counts.get(assigned_to) ?? 0) + 1);
    return counts;
  }, [tasks]);
  const wrong = names.find((user) => chosen.has(user) && !isWhole(capacities[user] ?? ""));
  const choose = (user: string, isIn: boolean) => {
    const next = new Set(chosen);
    if (isIn) next.add(user);
    else next.delete(user);
    setChosen(next);
  };
  const add = () => {
    if (extra.trim() !== "") choose(extra.trim(), true);
    setExtra("");
  };
  const carryOut = async () => {
    if (made === undefined) return;
    setProgress(0);
    await acts.carryOut(made, ({ counts }) => setProgress(counts.Assigned));
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="plan-head">
      <h2 id="plan-head">Distribute {counted(tasks.length, "task")}</h2>
      <p>All people get the same share, with as few changes as possible. Nothing is sent before you assign.</p>
      <Listing label="People" columns={columns}>
        {names.map((user) => (
          <tr key={user}>
            <th scope="row">
              <label>
                <input
                  type="checkbox"
                  checked={chosen.has(user)}
                  onChange={({ target }) => choose(user, target.checked)}
                />{" "}
                {user}
              </label>
            </th>
            <td className="number">{now.get(user) ?? 0}</td>
            <td className="number">
              <input
                className="narrow"
                inputMode="numeric"
                aria-label={`At most for ${user}`}
                aria-invalid={!isWhole(capacities[user] ?? "")}
                value={capacities[user] ?? ""}
                placeholder="any"
                onChange={({ target }) => setCapacities({ ...capacities, [user]: target.value })}
              />
            </td>
            <td className="number">{chosen.has(user) ? (made?.loads.get(user) ?? 0) : "–"}</td>
          </tr>
        ))}
      </Listing>
      <div className="tools">
        <label>
          Another person <input value={extra} onChange={({ target }) => setExtra(target.value)} />
        </label>
        <button type="button" onClick={add} disabled={extra.trim() === ""}>
          Add
        </button>
      </div>
      <p className="dry-run">
        {wrong !== undefined ? (
          <span className="tone-bad">
            “At most” for {wrong} is no whole number: {capacities[wrong]}
          </span>
        ) : made === undefined ? (
          "Choose who takes part."
        ) : (
          <>
            Dry run: <strong>{made.moves.length}</strong> of {counted(tasks.length, "task")} change hands, in{" "}
            {counted(requestsOf(made), "request")}
            {made.unassigned.length > 0 && `; ${made.unassigned.length} stay unassigned (no person has room for them)`}.
          </>
        )}
      </p>
      <div className="dialog-foot">
        <button type="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          className="primary"
          disabled={wrong !== undefined || made === undefined || made.moves.length === 0 || progress !== undefined}
          onClick={() => void carryOut()}
        >
          {progress === undefined ? `Assign ${counted(made?.moves.length ?? 0, "task")}` : `Assigned ${progress}…`}
        </button>
      </div>
    </dialog>
  );
};
