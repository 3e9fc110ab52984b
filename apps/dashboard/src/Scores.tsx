import { useState } from "react";
import type { Results } from "./useResults.ts";

export interface ScoresProps {
  readonly results: Results;
}

export interface Distribution {
  readonly key: string;
  readonly scores: number;
  readonly mean: number;
  readonly median: number;
  /** How many scores lie in each twentieth of [0, 1]; what lies outside counts to the nearest. */
  readonly bins: ReadonlyArray<number>;
}

const binCount = 20;
const shownWorst = 5;

/** Every metric of the results with how its scores are spread. */
export const distributionsOf = (byId: Results["byId"]): ReadonlyArray<Distribution> => {
  const byKey = new Map<string, Array<number>>();
  for (const { metrics } of byId.values()) {
    for (const [key, score] of Object.entries(metrics)) byKey.set(key, [...(byKey.get(key) ?? []), score]);
  }
  return Array.from(byKey, ([key, scores]) => {
    scores.sort((a, b) => a - b);
    const bins = new Array<number>(binCount).fill(0);
    for (const score of scores) bins[Math.min(binCount - 1, Math.max(0, Math.floor(score * binCount)))]!++;
    const middle = scores.length / 2;
    return {
      key,
      scores: scores.length,
      mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
      median: (scores[Math.ceil(middle) - 1]! + scores[Math.floor(middle)]!) / 2,
      bins,
    };
  });
};

/** What the metrics say of the outputs: each metric's spread, and the outputs it likes least. */
export const Scores = ({ results }: ScoresProps) => {
  const distributions = distributionsOf(results.byId);
  const [chosen, choose] = useState<string>();
  const shown = distributions.find(({ key }) => key === chosen) ?? distributions.at(-1);
  return (
    <section className="panel scores" aria-labelledby="scores-head">
      <h2 id="scores-head">Scores</h2>
      {results.error !== undefined && <p role="alert">The results could not be read: {results.error.message}</p>}
      {shown === undefined ? (
        <p className="empty">No scores: the evaluation has no metric_config, or nothing was scored yet.</p>
      ) : (
        <>
          <fieldset className="metrics">
            <legend className="unseen">Metric whose lowest scores are listed</legend>
            {distributions.map((distribution) => (
              <button
                key={distribution.key}
                type="button"
                className="metric"
                aria-pressed={distribution.key === shown.key}
                onClick={() => choose(distribution.key)}
              >
                <span className="metric-name">{distribution.key}</span>
                <span className="metric-mean">{distribution.mean.toFixed(3)}</span>
                <Histogram {...distribution} />
                <span className="quiet">
                  mean of {distribution.scores}, median {distribution.median.toFixed(3)}
                </span>
              </button>
            ))}
          </fieldset>
          <Worst results={results} metric={shown.key} />
        </>
      )}
    </section>
  );
};

const Histogram = ({ bins, mean, key: name }: Distribution) => {
  const most = Math.max(1, ...bins);
  return (
    <svg viewBox={`0 0 ${binCount * 5} 30`} preserveAspectRatio="none" className="histogram" aria-hidden="true">
      <title>{name}</title>
      {bins.map((count, index) => (
        <rect key={index} x={index * 5 + 0.5} width={4} y={29 - (28 * count) / most} height={(28 * count) / most} />
      ))}
      <line x1="0" x2={binCount * 5} y1="29.5" y2="29.5" />
      <line className="mean" x1={mean * binCount * 5} x2={mean * binCount * 5} y1="0" y2="30" />
    </svg>
  );
};

const Worst = ({ results, metric }: { readonly results: Results; readonly metric: string }) => {
  const worst = Array.from(results.byId, ([id, result]) => ({ id, ...result, score: result.metrics[metric] }))
    .filter((result): result is typeof result & { score: number } => result.score !== undefined)
    .sort((a, b) => a.score - b.score)
    .slice(0, shownWorst);
  return (
    <table className="worst">
      <caption>Lowest by {metric}</caption>
      <tbody>
        {worst.map(({ id, title, output, score }) => (
          <tr key={id}>
            <td className="number">{score.toFixed(3)}</td>
            <th scope="row">{title}</th>
            <td className="excerpt">
              <p title={output}>{output}</p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
