import { useMemo } from "react";
import { Link } from "wouter";
import { useBoard, useRecords } from "../live/hooks.ts";
import { serverClock, useShown } from "../live/Shown.ts";
import { useNowEvery } from "../live/useNow.ts";
import { doneTimes } from "../model/BurnUp.ts";
import { csvOf, download } from "../model/csv.ts";
import { peopleOf } from "../model/People.ts";
import { lengthOf, roughly } from "../model/Time.ts";
import { Scroll } from "./Scroll.tsx";

const hour = 3_600_000;

const percent = (rate: number | undefined): string => (rate === undefined ? "–" : `${Math.round(100 * rate)} %`);

export default function PeoplePage() {
  const { watch, evaluationId } = useShown();
  const tasks = useBoard((board) => board.tasks);
  const { byId } = useRecords();
  const now = useNowEvery(2_000) + serverClock(watch).offsetMillis;
  const { people, windowMillis } = useMemo(() => {
    const [first = now] = doneTimes(tasks, byId);
    const window = Math.min(hour, Math.max(60_000, now - first));
    return { people: peopleOf(tasks, byId, now, window), windowMillis: window };
  }, [tasks, byId, now]);
  const save = () => {
    const names = [
      "user",
      "in_progress",
      "done",
      "per_hour",
      "median_seconds",
      "sent_back",
      "redo_rate",
      "first_pass_rate",
    ];
    const rows = people.map((one) => [
      one.user,
      one.held,
      one.done,
      one.perHour,
      one.medianSeconds,
      one.sentBack,
      one.redoRate,
      one.firstPassRate,
    ]);
    download(`people-${evaluationId}.csv`, csvOf(names, rows));
  };
  return (
    <section className="panel" aria-labelledby="people-head">
      <div className="head">
        <h2 id="people-head">People ({people.length})</h2>
        <button type="button" onClick={save} disabled={people.length === 0}>
          Save as CSV
        </button>
      </div>
      {people.length === 0 ? (
        <p className="empty">Nobody has claimed a task yet.</p>
      ) : (
        <>
          <Scroll label="People">
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col" className="number">
                    In progress
                  </th>
                  <th scope="col" className="number">
                    Done
                  </th>
                  <th scope="col" className="number">
                    Per hour
                  </th>
                  <th scope="col" className="number">
                    Median time
                  </th>
                  <th scope="col" className="number">
                    To redo
                  </th>
                  <th scope="col" className="number">
                    Redo rate
                  </th>
                  <th scope="col" className="number">
                    First pass
                  </th>
                  <th scope="col">Idle</th>
                </tr>
              </thead>
              <tbody>
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
              </tbody>
            </table>
          </Scroll>
          <p className="quiet">
            Per hour: over the last {roughly(windowMillis)}. Median time: as the server was told with the answers. Redo
            rate: of the tasks handed in, those sent back and not yet done again. First pass: of the tasks an auditor
            judged, those approved as they were.
          </p>
        </>
      )}
    </section>
  );
}
