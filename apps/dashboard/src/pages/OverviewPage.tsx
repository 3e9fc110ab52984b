import type { QueueViews } from "@evalwire/react-hooks";
import { useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { BurnUpChart } from "../charts/BurnUpChart.tsx";
import { useBoard, useQueueView, useRecords } from "../live/hooks.ts";
import { serverClock } from "../live/ServerClock.ts";
import { useShown } from "../live/Shown.ts";
import { untilRead } from "../live/untilRead.ts";
import { useNowEvery } from "../live/useNow.ts";
import { type BurnUp, burnUpOf } from "../model/BurnUp.ts";
import { resultIdOf } from "../model/Records.ts";
import { doneOf } from "../model/Standing.ts";
import { stuckTasks, usualMillisOf } from "../model/Stuck.ts";
import { lengthOf, millisOf, roughly, roughMoment } from "../model/Time.ts";
import { soonMillis } from "../model/Urgency.ts";
import { AssignmentsTable } from "./AssignmentsTable.tsx";
import { Funnel } from "./Funnel.tsx";
import { Nothing } from "./Nothing.tsx";
import { TaskLink } from "./TaskLink.tsx";

const everyMillis = 2_000;

/** When the evaluation was made; `undefined` until read, and where it cannot be. */
const useCreatedAt = (): number | undefined => {
  const { client, evaluationId, isV5 } = useShown();
  const [createdAt, setCreatedAt] = useState<number>();
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const args = { evaluation_id: evaluationId };
    const read = (): Promise<{ readonly created_at: string }> =>
      isV5 ? client.v5.evaluations.retrieve(args, { signal }) : client.evaluations.retrieve(args, { signal });
    // Until then the chart begins with the first task that was done.
    untilRead(read, signal).then((evaluation) => evaluation && setCreatedAt(millisOf(evaluation.created_at)));
    return () => leaving.abort();
  }, [client, evaluationId, isV5]);
  return createdAt;
};

export default function OverviewPage() {
  const { store, isV5 } = useShown();
  const tasks = useBoard((board) => board.tasks);
  const standing = useBoard((board) => board.standing);
  const { byId } = useRecords();
  const createdAt = useCreatedAt();
  const local = useNowEvery(everyMillis);
  const now = local + serverClock(store).offsetMillis;
  const burnUp = useMemo(() => burnUpOf(tasks, byId, now, createdAt), [tasks, byId, now, createdAt]);
  const done = doneOf(standing);
  return (
    <div className="overview">
      <section className="panel wide area-first" aria-labelledby="progress-head">
        <div className="head">
          <h2 id="progress-head">Progress</h2>
          <p className="figure">
            <strong>{done}</strong> of {tasks.length} done
            <span className="quiet"> {tasks.length === 0 ? 0 : Math.floor((100 * done) / tasks.length)} %</span>
          </p>
        </div>
        {tasks.length === 0 ? (
          <Nothing>This evaluation has no tasks yet. They appear here as soon as there are any.</Nothing>
        ) : (
          <>
            <Pace burnUp={burnUp} now={now} />
            <BurnUpChart burnUp={burnUp} now={now} />
          </>
        )}
      </section>
      <section className="panel wide area-second" aria-labelledby="funnel-head">
        <h2 id="funnel-head">Status</h2>
        <Funnel standing={standing} />
      </section>
      {isV5 || (
        <section className="panel area-next" aria-labelledby="next-head">
          <div className="head">
            <h2 id="next-head">Next to expire</h2>
            <Link href="/assignments">All active assignments</Link>
          </div>
          <QueueFacts />
          <AssignmentsTable limit={6} />
        </section>
      )}
      <StuckPanel now={now} />
    </div>
  );
}

const factsOf = (queue: QueueViews) => {
  const { ready, held, overdue } = queue.counts();
  return { ready, held, overdue, soon: queue.expiring(soonMillis).length };
};

/** How the queue stands, by the server's clock. */
const QueueFacts = () => {
  const facts = useQueueView(factsOf);
  if (facts === undefined) return null;
  const { ready, held, overdue, soon } = facts;
  return (
    <p className="quiet">
      {held} held, {soon} of them for less than 5 min{overdue > 0 && `; ${overdue} expired and not given back`}; {ready}{" "}
      free to claim.
    </p>
  );
};

const Pace = ({
  burnUp: { pace, end, done, undated, total },
  now,
}: {
  readonly burnUp: BurnUp;
  readonly now: number;
}) => {
  if (done === total) return <p>Everything is done.</p>;
  if (pace === undefined) {
    return (
      <p>
        {done === 0
          ? "Nothing is done yet, so there is no pace."
          : undated === done
            ? "When they were done is not known, so there is no pace."
            : "Nothing was done within the last hour: no estimate."}
      </p>
    );
  }
  const perHour = pace.perHour < 10 ? pace.perHour.toFixed(1) : Math.round(pace.perHour);
  return (
    <p>
      <strong>{perHour}</strong> an hour over the last {roughly(pace.windowMillis)}
      {end !== undefined && (
        <>
          ; estimated end <strong>{roughMoment(end.at, now)}</strong>{" "}
          <span className="quiet">
            (between {roughMoment(end.low, now)} and{" "}
            {end.high === undefined ? "no bound yet" : roughMoment(end.high, now)}, nine times in ten)
          </span>
        </>
      )}
      .
    </p>
  );
};

const mostStuck = 8;

const StuckPanel = ({ now }: { readonly now: number }) => {
  const { feed } = useShown();
  const tasks = useBoard((board) => board.tasks);
  const { byId } = useRecords();
  const usualMillis = useMemo(
    () => usualMillisOf([...byId.values()].flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]))),
    [byId],
  );
  const stuck = useMemo(
    () => stuckTasks({ tasks, now, heldSince: feed.heldSince, usualMillis }),
    [tasks, now, feed, usualMillis],
  );
  return (
    <section className="panel area-last" aria-labelledby="stuck-head">
      <h2 id="stuck-head">Stuck ({stuck.length})</h2>
      {stuck.length === 0 ? (
        <Nothing>Nothing is stuck.</Nothing>
      ) : (
        <ul className="plain-list">
          {stuck.slice(0, mostStuck).map(({ task, reason, forMillis }) => (
            <li key={task.id}>
              <TaskLink taskId={task.id} resultId={resultIdOf(task)} />
              <span className="sub">
                {reason}
                {forMillis !== undefined && `, for ${lengthOf(forMillis)}`}
              </span>
            </li>
          ))}
          {stuck.length > mostStuck && <li className="quiet">and {stuck.length - mostStuck} more</li>}
        </ul>
      )}
    </section>
  );
};
