import { useMemo } from "react";
import { Link } from "wouter";
import { useBoard, useRecords } from "../live/hooks.ts";
import { serverClock } from "../live/ServerClock.ts";
import { useShown } from "../live/Shown.ts";
import { useNowEvery } from "../live/useNow.ts";
import { doneTimes } from "../model/BurnUp.ts";
import { peopleOf } from "../model/People.ts";
import { lengthOf, roughly } from "../model/Time.ts";
import { type ListColumn, Listing, SaveCsv } from "./Listing.tsx";
import { Nothing } from "./Nothing.tsx";

const hour = 3_600_000;

const percent = (rate: number | undefined): string => (rate === undefined ? "–" : `${Math.round(100 * rate)} %`);

const columns: ReadonlyArray<ListColumn> = [
  { header: "Person" },
  { header: "In progress", isNumber: true },
  { header: "Done", isNumber: true },
  { header: "Per hour", isNumber: true },
  { header: "Median time", isNumber: true },
  { header: "To redo", isNumber: true },
  { header: "Redo rate", isNumber: true },
  { header: "First pass", isNumber: true },
  { header: "Idle" },
];
const saved = [
  "user",
  "in_progress",
  "done",
  "per_hour",
  "median_seconds",
  "sent_back",
  "redo_rate",
  "first_pass_rate",
];

export default function PeoplePage() {
  const { store, evaluationId } = useShown();
  const tasks = useBoard((board) => board.tasks);
  const { byId } = useRecords();
  const now = useNowEvery(2_000) + serverClock(store).offsetMillis;
  const { people, windowMillis } = useMemo(() => {
    const [first = now] = doneTimes(tasks, byId);
    const window = Math.min(hour, Math.max(60_000, now - first));
    return { people: peopleOf(tasks, byId, now, window), windowMillis: window };
  }, [tasks, byId, now]);
  const rows = () =>
    people.map((one) => [
      one.user,
      one.held,
      one.done,
      one.perHour,
      one.medianSeconds,
      one.sentBack,
      one.redoRate,
      one.firstPassRate,
    ]);
  return (
    <section className="panel" aria-labelledby="people-head">
      <div className="head">
        <h2 id="people-head">People ({people.length})</h2>
        <SaveCsv name={`people-${evaluationId}`} columns={saved} rows={rows} isDisabled={people.length === 0} />
      </div>
      {people.length === 0 ? (
        <Nothing>No task has been claimed yet.</Nothing>
      ) : (
        <>
          <Listing label="People" columns={columns}>
            {people.map((one) => (
              <tr key={one.user}>
                <th scope="row">
                  <Link href={`/tasks?person=${encodeURIComponent(one.user)}`}>{one.user}</Link>
                </th>
                <td className="number">{one.held}</td>
                <td className="number">{one.done}</td>
                <td className="number">{one.perHour < 10 ? one.perHour.toFixed(1) : Math.round(one.perHour)}</td>
                <td className="number">
                  {one.medianSeconds === undefined ? "–" : lengthOf(one.medianSeconds * 1_000)}
                </td>
                <td className="number">{one.sentBack}</td>
                <td className="number">{percent(one.redoRate)}</td>
                <td className="number">{percent(one.firstPassRate)}</td>
                <td className="nowrap">
                  {one.held > 0 ? "at work" : one.lastAt === undefined ? "–" : `for ${roughly(now - one.lastAt)}`}
                </td>
              </tr>
            ))}
          </Listing>
          <p className="quiet">
            Per hour: over the last {roughly(windowMillis)}. Median time: as submitted with the answers. Redo rate: of
            the tasks handed in, those sent back and not yet done again. First pass: of the tasks an auditor judged,
            those approved as they were.
          </p>
        </>
      )}
    </section>
  );
}
