import type { TaskRow } from "@evalwire/core";
import { useTasks } from "@evalwire/react-hooks";
import { Lease, lifecycle } from "@evalwire/tasks";

export interface PeopleProps {
  readonly evaluationId: string;
}

interface Person {
  readonly user: string;
  readonly held: number;
  readonly done: number;
}

/** Everybody a task is or was assigned to, with what they hold and what they finished, by name. */
export const peopleOf = (tasks: Iterable<TaskRow>): ReadonlyArray<Person> => {
  const people = new Map<string, { held: number; done: number }>();
  for (const task of tasks) {
    if (task.assigned_to === null) continue;
    const person = people.get(task.assigned_to) ?? { held: 0, done: 0 };
    if (Lease.of(task)) person.held++;
    else if (lifecycle.isDone(task.status)) person.done++;
    people.set(task.assigned_to, person);
  }
  return Array.from(people, ([user, counts]) => ({ user, ...counts })).sort((a, b) => a.user.localeCompare(b.user));
};

export const People = ({ evaluationId }: PeopleProps) => {
  const people = peopleOf(useTasks(evaluationId));
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
