import type { SgpError } from "@evalwire/core";
import type { EvaluationMetrics } from "@evalwire/core/contract";
import type { EvaluationIn } from "@evalwire/react-hooks";
import { useEffect, useMemo } from "react";
import { Link } from "wouter";
import type { Session } from "../live/session.ts";
import { useNow } from "../live/useNow.ts";
import { millisOf, moment, roughly } from "../model/Time.ts";
import { ChoiceField, type ListColumn, Listing, SearchField } from "./Listing.tsx";
import { Meter } from "./Meter.tsx";
import { TopBar } from "./TopBar.tsx";
import { adviceOf, Trouble } from "./Trouble.tsx";
import { useAddress } from "./useAddress.ts";
import { type Paces, useEvaluationList, usePaces } from "./useEvaluationList.ts";

interface IndexProps {
  readonly session: Session;
}

export const IndexPage = ({ session }: IndexProps) => {
  const v4 = useEvaluationList("v4");
  const v5 = useEvaluationList("v5");
  useEffect(() => {
    document.title = "Evaluations · evalwire";
  }, []);
  const lines = useMemo(() => {
    if (v4.items === undefined && v5.items === undefined) return undefined;
    return [...(v4.items ?? []).map(lineOf), ...(v5.items ?? []).map(lineOfV5)].sort((a, b) => b.at - a.at);
  }, [v4.items, v5.items]);
  const paces = usePaces(v4.items);
  const reload = () => {
    v4.reload();
    v5.reload();
  };
  const error = v4.error ?? v5Trouble(v5.error);
  const isMore = v4.hasMore || v5.hasMore;
  return (
    <>
      <TopBar session={session} />
      <main id="main" className="page">
        {lines === undefined || (lines.length === 0 && error !== undefined) ? (
          error === undefined ? (
            <p className="quiet">Reading the evaluations…</p>
          ) : (
            <Trouble title={adviceOf(error, "list of evaluations").title} retry={reload}>
              <p>{adviceOf(error, "list of evaluations").advice}</p>
            </Trouble>
          )
        ) : lines.length === 0 ? (
          <Trouble title="This account has no evaluations yet" retry={reload}>
            <p>
              As soon as one is created at <code>{session.server}</code>, it appears here.
            </p>
          </Trouble>
        ) : (
          <EvaluationTable lines={lines} paces={paces} error={error} readAt={v4.readAt}>
            {isMore && (
              <p>
                The newest {lines.length} are shown.{" "}
                <button
                  type="button"
                  onClick={() => {
                    v4.loadMore();
                    v5.loadMore();
                  }}
                >
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

/** A platform without v5 lists none of it; that is no trouble of the reader's. */
const v5Trouble = (error: SgpError | undefined): SgpError | undefined =>
  error?.reason._tag === "NotFound" || error?.reason._tag === "Forbidden" ? undefined : error;

/** An evaluation as the list shows it. */
interface Line {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly isV5: boolean;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
}

const lineOf = (one: EvaluationIn<"v4">): Line => ({
  id: one.id,
  href: `/evaluations/${encodeURIComponent(one.id)}`,
  name: one.name || one.id,
  description: one.description,
  status: one.status,
  total: one.total_test_case_result_count,
  completed: one.completed_test_case_result_count,
  failed: 0,
  isV5: false,
  at: millisOf(one.created_at) ?? 0,
});

const lineOfV5 = (one: EvaluationIn<"v5">): Line => ({
  id: one.id,
  href: `/v5/evaluations/${encodeURIComponent(one.id)}`,
  name: one.name || one.id,
  description: one.description ?? "",
  status: one.status,
  total: one.progress?.items?.total ?? 0,
  completed: one.progress?.items?.successful ?? 0,
  failed: one.progress?.items?.failed ?? one.error_count ?? 0,
  isV5: true,
  at: millisOf(one.created_at) ?? 0,
});

interface EvaluationsProps {
  readonly lines: ReadonlyArray<Line>;
  readonly paces: Paces;
  readonly error: Error | undefined;
  readonly readAt: number | undefined;
  readonly children: React.ReactNode;
}

const columns: ReadonlyArray<ListColumn> = [
  { header: "Name" },
  { header: "Health" },
  { header: "Progress" },
  { header: "Per day", isNumber: true },
  { header: "Created" },
];

const EvaluationTable = ({ lines, paces, error, readAt, children }: EvaluationsProps) => {
  const [params, change] = useAddress();
  const text = params.get("q") ?? "";
  const status = params.get("status") ?? "";
  const wanted = text.trim().toLowerCase();
  const shown = lines.filter(
    (one) =>
      (status === "" || one.status === status) &&
      (wanted === "" || `${one.name} ${one.id} ${one.description}`.toLowerCase().includes(wanted)),
  );
  const statuses = [...new Set(lines.map((one) => one.status))].sort();
  return (
    <section aria-labelledby="list-head" className="panel">
      <div className="head">
        <h1 id="list-head">Evaluations</h1>
        <ReadAt error={error} readAt={readAt} />
      </div>
      <search className="tools">
        <SearchField value={text} onChange={(query) => change("q", query)} />
        <ChoiceField
          label="Status"
          value={status}
          options={[["", "All"], ...statuses.map((each) => [each, each.toLowerCase()] as const)]}
          onChange={(each) => change("status", each)}
        />
      </search>
      {shown.length === 0 ? (
        <p className="empty">No evaluation matches.</p>
      ) : (
        <Listing label="Evaluations" columns={columns}>
          {shown.map((one) => (
            <Row key={one.href} line={one} pace={paces.get(one.id)} />
          ))}
        </Listing>
      )}
      {children}
    </section>
  );
};

/** How an evaluation is doing, in a word and a tone. */
export const healthOf = (
  { status, total, completed, failed }: Pick<Line, "status" | "total" | "completed" | "failed">,
  flagged = 0,
): { readonly tone: "good" | "plain" | "notice" | "bad"; readonly label: string } => {
  const state = status.toUpperCase();
  if (state === "FAILED") return { tone: "bad", label: "Failed" };
  if (failed > 0) return { tone: "bad", label: `${failed} failed` };
  if (state === "COMPLETED") return { tone: "good", label: "Completed" };
  if (total === 0) return { tone: "notice", label: "No results yet" };
  if (completed === 0) return { tone: "notice", label: "Not started" };
  if (flagged > 0) return { tone: "notice", label: `${flagged} flagged` };
  return { tone: "plain", label: state === "PENDING" || state === "RUNNING" ? "In progress" : status.toLowerCase() };
};

interface RowProps {
  readonly line: Line;
  readonly pace: EvaluationMetrics.EvaluationMetrics | undefined;
}

const Row = ({ line, pace }: RowProps) => {
  const { tone, label } = healthOf(line, pace?.num_test_cases_flagged ?? 0);
  const perDay = pace?.avg_num_test_cases_labeled_per_day;
  return (
    <tr>
      <th scope="row">
        <Link href={line.href}>{line.name}</Link>
        {line.isV5 && <span className="tag">v5</span>}
        <span className="quiet sub">{line.description}</span>
      </th>
      <td>
        <span className={`health tone-${tone}`}>{label}</span>
      </td>
      <td>
        <Meter label={`${line.name}: results completed`} value={line.completed} max={line.total} />
      </td>
      <td className="number">{perDay == null ? "–" : Math.round(perDay)}</td>
      <td className="nowrap">{line.at === 0 ? "–" : moment(line.at, Date.now())}</td>
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
