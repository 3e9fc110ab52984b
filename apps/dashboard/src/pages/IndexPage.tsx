import type { SGPClient } from "@evalwire/core";
import type { EvaluationMetrics, Evaluations } from "@evalwire/core/contract";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { Session } from "../live/session.ts";
import { useNow } from "../live/useNow.ts";
import { millisOf, moment, roughly } from "../model/Time.ts";
import { Meter } from "./Meter.tsx";
import { Scroll } from "./Scroll.tsx";
import { TopBar } from "./TopBar.tsx";
import { adviceOf, Trouble } from "./Trouble.tsx";
import { useEvaluationList } from "./useEvaluationList.ts";

interface IndexProps {
  readonly client: SGPClient;
  readonly session: Session;
}

const step = 100;

export const IndexPage = ({ client, session }: IndexProps) => {
  const [limit, setLimit] = useState(step);
  const { items, total, paces, error, readAt, reload } = useEvaluationList(client, limit);
  useEffect(() => {
    document.title = "Evaluations · evalwire";
  }, []);
  return (
    <>
      <TopBar session={session} />
      <main id="main" className="page">
        {items === undefined ? (
          error === undefined ? (
            <p className="quiet">Reading the evaluations…</p>
          ) : (
            <Trouble title={adviceOf(error, "list of evaluations").title} retry={reload}>
              <p>{adviceOf(error, "list of evaluations").advice}</p>
            </Trouble>
          )
        ) : items.length === 0 ? (
          <Trouble title="This account has no evaluations yet" retry={reload}>
            <p>
              As soon as one is created at <code>{session.server}</code>, it appears here.
            </p>
          </Trouble>
        ) : (
          <EvaluationTable items={items} paces={paces} error={error} readAt={readAt}>
            {total !== undefined && total > items.length && (
              <p>
                {items.length} of {total} shown.{" "}
                <button type="button" onClick={() => setLimit((last) => Math.min(1_000, last + step))}>
                  Show more
                </button>
              </p>
            )}
          </EvaluationTable>
        )}
      </main>
    </>
  );
};

interface EvaluationsProps {
  readonly items: ReadonlyArray<Evaluations.Evaluation>;
  readonly paces: ReadonlyMap<string, EvaluationMetrics.EvaluationMetrics>;
  readonly error: Error | undefined;
  readonly readAt: number | undefined;
  readonly children: React.ReactNode;
}

const EvaluationTable = ({ items, paces, error, readAt, children }: EvaluationsProps) => {
  const [params, setParams] = useSearchParams();
  const text = params.get("q") ?? "";
  const status = params.get("status") ?? "";
  const change = (name: string, value: string) =>
    setParams(
      (last) => {
        const next = new URLSearchParams(last);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const wanted = text.trim().toLowerCase();
  const shown = items.filter(
    (one) =>
      (status === "" || one.status === status) &&
      (wanted === "" || `${one.name} ${one.id} ${one.description}`.toLowerCase().includes(wanted)),
  );
  return (
    <section aria-labelledby="list-head" className="panel">
      <div className="head">
        <h1 id="list-head">Evaluations</h1>
        <ReadAt error={error} readAt={readAt} />
      </div>
      <search className="tools">
        <label>
          Search <input type="search" value={text} onChange={({ target }) => change("q", target.value)} />
        </label>
        <label>
          Status{" "}
          <select value={status} onChange={({ target }) => change("status", target.value)}>
            <option value="">All</option>
            {[...new Set(items.map((one) => one.status as string))].map((each) => (
              <option key={each} value={each}>
                {each.toLowerCase()}
              </option>
            ))}
          </select>
        </label>
      </search>
      {shown.length === 0 ? (
        <p className="empty">No evaluation matches.</p>
      ) : (
        <Scroll label="Evaluations">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Health</th>
                <th scope="col">Progress</th>
                <th scope="col" className="number">
                  Per day
                </th>
                <th scope="col">Created</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <Row key={one.id} evaluation={one} pace={paces.get(one.id)} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {children}
    </section>
  );
};

/** How an evaluation is doing, in a word and a tone. */
export const healthOf = (
  { status, total_test_case_result_count: total, completed_test_case_result_count: completed }: Evaluations.Evaluation,
  pace: EvaluationMetrics.EvaluationMetrics | undefined,
): { readonly tone: "good" | "plain" | "notice" | "bad"; readonly label: string } => {
  if (status === "FAILED") return { tone: "bad", label: "Failed" };
  if (status === "COMPLETED") return { tone: "good", label: "Completed" };
  if (total === 0) return { tone: "notice", label: "No results yet" };
  if (completed === 0) return { tone: "notice", label: "Not started" };
  if ((pace?.num_test_cases_flagged ?? 0) > 0)
    return { tone: "notice", label: `${pace!.num_test_cases_flagged} flagged` };
  return { tone: "plain", label: status === "PENDING" ? "In progress" : status.toLowerCase() };
};

const Row = ({
  evaluation,
  pace,
}: {
  readonly evaluation: Evaluations.Evaluation;
  readonly pace: EvaluationMetrics.EvaluationMetrics | undefined;
}) => {
  const { tone, label } = healthOf(evaluation, pace);
  const createdAt = millisOf(evaluation.created_at);
  const perDay = pace?.avg_num_test_cases_labeled_per_day;
  return (
    <tr>
      <th scope="row">
        <Link href={`/evaluations/${encodeURIComponent(evaluation.id)}`}>{evaluation.name || evaluation.id}</Link>
        <span className="quiet sub">{evaluation.description}</span>
      </th>
      <td>
        <span className={`health tone-${tone}`}>{label}</span>
      </td>
      <td>
        <Meter
          label={`${evaluation.name}: results completed`}
          value={evaluation.completed_test_case_result_count}
          max={evaluation.total_test_case_result_count}
        />
      </td>
      <td className="number">{perDay == null ? "–" : Math.round(perDay)}</td>
      <td className="nowrap">{createdAt === undefined ? "–" : moment(createdAt, Date.now())}</td>
    </tr>
  );
};

const ReadAt = ({ error, readAt }: { readonly error: Error | undefined; readonly readAt: number | undefined }) => {
  const now = useNow();
  const age = readAt === undefined ? "" : `read ${roughly(now - readAt)} ago`;
  if (error === undefined) return <span className="quiet">{age}</span>;
  return (
    <span className="tone-bad">
      Not up to date, {age}: {adviceOf(error, "list").advice}
    </span>
  );
};
