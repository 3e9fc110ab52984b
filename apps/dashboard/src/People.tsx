import type { WatchSnapshot } from "@evalwire/core";
import { useStore, useWatchStore } from "@evalwire/react-hooks";

export interface PeopleProps {
  readonly evaluationId: string;
}

interface Person {
  readonly user: string;
  readonly held: number;
  readonly done: number;
}

/** Everybody a task is or was assigned to, with what they hold and what they finished, by name. */
export const peopleOf = ({ tasks, leases }: Pick<WatchSnapshot, "tasks" | "leases">): ReadonlyArray<Person> => {
  const people = new Map<string, { held: number; done: number }>();
  for (const [id, task] of tasks) {
    if (task.assigned_to === null) continue;
    const person = people.get(task.assigned_to) ?? { held: 0, done: 0 };
    if (leases.has(id)) person.held++;
    else if (task.status === "COMPLETED" || task.status === "FIXED") person.done++;
    people.set(task.assigned_to, person);
  }
  return Array.from(people, ([user, counts]) => ({ user, ...counts })).sort((a, b) => a.user.localeCompare(b.user));
};

const isSame = (a: ReadonlyArray<Person>, b: ReadonlyArray<Person>): boolean =>
  a.length === b.length &&
  a.every(({ user, held, done }, index) => {
    const other = b[index];
    return other !== undefined && user === other.user && held === other.held && done === other.done;
  });

export const People = ({ evaluationId }: PeopleProps) => {
  const people = useStore(useWatchStore(evaluationId), peopleOf, isSame);
  const most = Math.max(1, ...people.map(({ done }) => done));
  return (
    <section className="panel people" aria-labelledby="people-head">
      <h2 id="people-head">People</h2>
      {people.length === 0 ? (
        <p className="empty">Nobody has taken a task yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">User</th>
              <th scope="col" className="number">
                In hand
              </th>
              <th scope="col" className="number">
                Done
              </th>
              <td className="share" />
            </tr>
          </thead>
          <tbody>
            {people.map(({ user, held, done }) => (
              <tr key={user}>
                <th scope="row">{user}</th>
                <td className="number">{held}</td>
                <td className="number">{done}</td>
                <td className="share" aria-hidden="true">
                  <span className="share-fill part-completed" style={{ width: `${(100 * done) / most}%` }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};
