"use client";

/** A board of tasks and deadlines. In Next this file is a client component; in Vite it is the page. */
import { SGPClient, type WatchOptions } from "@evalwire/core";
import {
  EvalwireProvider,
  useCountdown,
  useEvaluationProgress,
  useExpiringAssignments,
  useTasks,
  useWatchStatus,
} from "@evalwire/react-hooks";
import { memo, useMemo } from "react";

/** The time left by the server's clock, which the watch knows; the browser's may be set wrong. */
const Left = ({ evaluationId, expiresAt }: { readonly evaluationId: string; readonly expiresAt: string | null }) => {
  const millis = useCountdown(expiresAt, { watched: evaluationId });
  return <time>{millis === undefined ? "–" : `${Math.max(0, Math.ceil(millis / 1_000))} s`}</time>;
};

const Row = memo(({ id, status, assignee }: { id: string; status: string; assignee: string | null }) => (
  <tr>
    <td>{id}</td>
    <td>{status}</td>
    <td>{assignee ?? "unassigned"}</td>
  </tr>
));

const Board = ({ evaluationId }: { readonly evaluationId: string }) => {
  const status = useWatchStatus(evaluationId);
  const { completed, total } = useEvaluationProgress(evaluationId);
  const tasks = useTasks(evaluationId, { status: ["PENDING", "PENDING_REDO"] });
  const soon = useExpiringAssignments(evaluationId, { within: "5 minutes" });
  return (
    <main>
      <p>
        {status._tag}: {completed} of {total} done
      </p>
      <ul>
        {soon.map((lease) => (
          <li key={lease.taskId}>
            {lease.assignee} <Left evaluationId={evaluationId} expiresAt={lease.expiresAt} />
          </li>
        ))}
      </ul>
      <table>
        <tbody>
          {tasks.map((task) => (
            <Row key={task.id} id={task.id} status={task.status} assignee={task.assigned_to} />
          ))}
        </tbody>
      </table>
    </main>
  );
};

/** @param origin - of the page, where the key proxy answers under `/api` */
export const Page = ({
  origin,
  evaluationId,
  watchOptions,
  client,
}: {
  readonly origin: string;
  readonly evaluationId: string;
  readonly watchOptions?: WatchOptions;
  readonly client?: SGPClient;
}) => {
  const own = useMemo(() => client ?? new SGPClient({ apiKey: null, baseURL: `${origin}/api` }), [client, origin]);
  return (
    <EvalwireProvider client={own} {...(watchOptions === undefined ? {} : { watchOptions })}>
      <Board evaluationId={evaluationId} />
    </EvalwireProvider>
  );
};
