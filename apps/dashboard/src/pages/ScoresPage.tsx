import { spearman } from "@evalwire/metrics/stats";
import { useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { Histogram } from "../charts/Histogram.tsx";
import { Scatter } from "../charts/Scatter.tsx";
import { useBoard, useRecords } from "../live/hooks.ts";
import { useShown } from "../live/Shown.ts";
import { distributionsOf } from "../model/Distribution.ts";
import { type Record, type Records, resultIdOf } from "../model/Records.ts";
import { ComparePanel } from "./ComparePanel.tsx";
import { ChoiceField, SaveCsv } from "./Listing.tsx";
import { Marked } from "./Marked.tsx";
import { expectedOf, outputOf } from "./texts.ts";
import { useAddress } from "./useAddress.ts";
import { useQuestions } from "./useQuestions.ts";

const shownWorst = 5;

export default function ScoresPage() {
  const { byId, total, isWhole, error } = useRecords();
  const { isV5 } = useShown();
  const [params, change] = useAddress();
  const distributions = useMemo(() => distributionsOf(byId.values()), [byId]);
  const keys = useMemo(() => distributions.map(({ key }) => key).join("\n"), [distributions]);
  const metrics = useMemo(() => keys.split("\n").filter((key) => key !== ""), [keys]);
  const asked = params.get("metric") ?? "";
  const shown = distributions.find(({ key }) => key === asked) ?? distributions.at(-1);
  return (
    <div className="overview scores">
      <section className="panel wide area-first" aria-labelledby="scores-head">
        <div className="head">
          <h2 id="scores-head">Scores</h2>
          <SaveScores records={byId} metrics={metrics} />
        </div>
        {!isWhole && (
          <p className="quiet">
            {byId.size} of {total ?? "?"} results read…
          </p>
        )}
        {error !== undefined && (
          <p role="alert" className="tone-bad">
            The results could not be read; it is tried again: {error.message}
          </p>
        )}
        {shown === undefined ? (
          isWhole && <p className="empty">No scores: the evaluation has no metric_config, or nothing was scored yet.</p>
        ) : (
          <fieldset className="metrics">
            <legend className="unseen">Metric that is shown below</legend>
            {distributions.map((distribution) => (
              <button
                key={distribution.key}
                type="button"
                className="metric"
                aria-pressed={distribution.key === shown.key}
                onClick={() => change("metric", distribution.key)}
              >
                <span className="metric-name">{distribution.key}</span>
                <span className="metric-mean">{distribution.mean.toFixed(3)}</span>
                <span className="whole">
                  <Histogram distribution={distribution} />
                </span>
                <span className="quiet whole">
                  mean of {distribution.scores}, median {distribution.median.toFixed(3)}
                </span>
              </button>
            ))}
          </fieldset>
        )}
      </section>
      {shown !== undefined && (
        <>
          {isV5 || <Ratings records={byId} metric={shown.key} isWhole={isWhole} />}
          <Worst records={byId} metric={shown.key} />
          {isV5 || (
            <ComparePanel
              records={byId}
              metrics={metrics}
              against={params.get("against") ?? ""}
              choose={(id) => change("against", id)}
            />
          )}
        </>
      )}
    </div>
  );
}

interface MetricProps {
  readonly records: Records;
  readonly metric: string;
}

/** The questions that some result answers with a number. */
const numericQuestions = (records: Iterable<Record>): ReadonlyArray<string> => {
  const ids = new Set<string>();
  for (const { answers } of records) {
    for (const id in answers) if (typeof answers[id] === "number") ids.add(id);
  }
  return [...ids];
};

/** People's verdicts on the outputs against the metric's. */
const Ratings = ({ records, metric, isWhole }: MetricProps & { readonly isWhole: boolean }) => {
  const questions = useQuestions();
  const ids = useMemo(() => numericQuestions(records.values()), [records]);
  const [asked, setAsked] = useState("");
  const question = ids.includes(asked) ? asked : ids[0];
  const dots = useMemo(() => {
    if (question === undefined) return [];
    return [...records.values()].flatMap(({ id, answers, metrics }) => {
      const [x, y] = [answers[question], metrics[metric]];
      return typeof x === "number" && y !== undefined ? [{ id, x, y }] : [];
    });
  }, [records, question, metric]);
  const correlation = useMemo(
    () =>
      dots.length < 3
        ? Number.NaN
        : spearman(
            dots.map(({ x }) => x),
            dots.map(({ y }) => y),
          ),
    [dots],
  );
  const titleOf = (id: string) => questions.find((one) => one.id === id)?.title ?? id;
  return (
    <section className="panel area-ratings" aria-labelledby="ratings-head">
      <div className="head">
        <h2 id="ratings-head">{metric} and people</h2>
        {ids.length > 1 && (
          <ChoiceField
            label="Question"
            value={question ?? ""}
            options={ids.map((id) => [id, titleOf(id)])}
            onChange={setAsked}
          />
        )}
      </div>
      {question === undefined || dots.length === 0 ? (
        isWhole && <p className="empty">No result has both a score and an answer in numbers yet.</p>
      ) : (
        <>
          <Scatter dots={dots} xLabel={titleOf(question)} yLabel={metric} />
          <p>
            Across: {titleOf(question)}; up: {metric}.{" "}
            {Number.isNaN(correlation) ? (
              "Too few for a correlation."
            ) : (
              <>
                Rank correlation (Spearman) <strong>{correlation.toFixed(2)}</strong> of {dots.length}.
              </>
            )}
          </p>
        </>
      )}
    </section>
  );
};

const Worst = ({ records, metric }: MetricProps) => {
  const worst = useMemo(
    () =>
      [...records.values()]
        .filter(({ metrics }) => metrics[metric] !== undefined)
        .sort((a, b) => a.metrics[metric]! - b.metrics[metric]!)
        .slice(0, shownWorst),
    [records, metric],
  );
  return (
    <section className="panel area-last" aria-labelledby="worst-head">
      <h2 id="worst-head">Lowest by {metric}</h2>
      <ol className="plain-list">
        {worst.map((record) => (
          <WorstCase key={record.id} record={record} score={record.metrics[metric]!} />
        ))}
      </ol>
      <p className="quiet">Underlined: words that the output and the expected text share.</p>
    </section>
  );
};

const WorstCase = ({ record, score }: { readonly record: Record; readonly score: number }) => {
  const { client, evaluationId, isV5 } = useShown();
  const task = useBoard((board) => board.tasks.find((task) => resultIdOf(task) === record.id)?.id);
  const [texts, setTexts] = useState<{ readonly output: string; readonly expected: string | undefined }>();
  useEffect(() => {
    if (isV5) return;
    const leaving = new AbortController();
    client.evaluations.testCaseResults
      .retrieve(
        { evaluation_id: evaluationId, test_case_result_id: record.id, view: ["TestCaseVersion"] },
        { signal: leaving.signal },
      )
      .then(
        (result) => setTexts({ output: outputOf(result), expected: expectedOf(result) }),
        // The title and the score stay.
        () => undefined,
      );
    return () => leaving.abort();
  }, [client, evaluationId, isV5, record.id]);
  return (
    <li>
      <strong className="number">{score.toFixed(3)}</strong>{" "}
      {task === undefined ? record.title : <Link href={`/tasks/${encodeURIComponent(task)}`}>{record.title}</Link>}
      {texts !== undefined && (
        <p className="text excerpt">
          <Marked text={texts.output} other={texts.expected} />
        </p>
      )}
      {texts?.expected !== undefined && (
        <p className="text excerpt quiet">
          Expected: <Marked text={texts.expected} other={texts.output} />
        </p>
      )}
    </li>
  );
};

const SaveScores = ({ records, metrics }: { readonly records: Records; readonly metrics: ReadonlyArray<string> }) => {
  const { evaluationId } = useShown();
  const rows = () =>
    Array.from(records.values(), (record) => [
      record.id,
      record.testCaseId,
      record.title,
      ...metrics.map((metric) => record.metrics[metric]),
    ]);
  const columns = ["result_id", "test_case_id", "title", ...metrics];
  return <SaveCsv name={`scores-${evaluationId}`} columns={columns} rows={rows} isDisabled={records.size === 0} />;
};
