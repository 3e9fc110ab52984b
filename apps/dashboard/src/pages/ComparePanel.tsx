import { compareMeans, type MeansCompared } from "@evalwire/metrics/stats";
import { useEffect, useMemo, useState } from "react";
import { Histogram } from "../charts/Histogram.tsx";
import { useShown } from "../live/Shown.ts";
import { distributionOf } from "../model/Distribution.ts";
import { paired } from "../model/pairing.ts";
import type { Records } from "../model/Records.ts";
import { type ListColumn, Listing } from "./Listing.tsx";
import { useOtherScores } from "./useOtherScores.ts";

interface CompareProps {
  readonly records: Records;
  readonly metrics: ReadonlyArray<string>;
  readonly against: string;
  readonly choose: (evaluationId: string) => void;
}

interface Row {
  readonly metric: string;
  readonly compared: MeansCompared;
}

const columns: ReadonlyArray<ListColumn> = [
  { header: "Metric" },
  { header: "Spread (outline: the other)" },
  { header: "Test cases", isNumber: true },
  { header: "Here − there", isNumber: true },
  { header: "95 % interval", isNumber: true },
  { header: "p", isNumber: true },
];
const samples = 1_000;
const leastPairs = 2;

/** The other evaluations of the account, for the choice. */
const useChoices = (): ReadonlyArray<{ readonly id: string; readonly name: string }> => {
  const { client, evaluationId } = useShown();
  const [choices, setChoices] = useState<ReadonlyArray<{ readonly id: string; readonly name: string }>>([]);
  useEffect(() => {
    const leaving = new AbortController();
    client.evaluations.list({ sort_by: ["created_at:desc"], limit: 100 }, { signal: leaving.signal }).then(
      ({ items }) => setChoices(items.filter(({ id }) => id !== evaluationId)),
      // Then an id can still stand in the address.
      () => undefined,
    );
    return () => leaving.abort();
  }, [client, evaluationId]);
  return choices;
};

export const ComparePanel = ({ records, metrics, against, choose }: CompareProps) => {
  const choices = useChoices();
  const { byTestCase, error } = useOtherScores(against);
  const [rows, setRows] = useState<ReadonlyArray<Row>>();
  const pairs = useMemo(
    () =>
      byTestCase === undefined
        ? []
        : metrics
            .map((metric) => ({ metric, ...paired(records.values(), byTestCase, metric) }))
            .filter(({ here }) => here.length >= leastPairs),
    [records, byTestCase, metrics],
  );
  useEffect(() => {
    setRows(undefined);
    if (pairs.length === 0) return;
    let isLeft = false;
    const work = async () => {
      const found: Array<Row> = [];
      for (const { metric, here, there } of pairs) {
        const [compared] = await compareMeans([[here, there]], { samples, seed: 1 });
        if (isLeft) return;
        found.push({ metric, compared: compared! });
        setRows([...found]);
      }
    };
    void work();
    return () => {
      isLeft = true;
    };
  }, [pairs]);
  return (
    <section className="panel wide area-compare" aria-labelledby="compare-head">
      <div className="head">
        <h2 id="compare-head">Compare</h2>
        <label>
          with{" "}
          <select value={against} onChange={({ target }) => choose(target.value)}>
            <option value="">no other evaluation</option>
            {against !== "" && !choices.some(({ id }) => id === against) && <option value={against}>{against}</option>}
            {choices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name} ({id.slice(0, 8)})
              </option>
            ))}
          </select>
        </label>
      </div>
      {against === "" ? (
        <p className="empty">Choose another evaluation of the same test cases.</p>
      ) : error !== undefined ? (
        <p role="alert" className="tone-bad">
          The other evaluation could not be read: {error.message}
        </p>
      ) : byTestCase === undefined ? (
        <p className="quiet">Reading the other evaluation…</p>
      ) : pairs.length === 0 ? (
        <p className="empty">The two share no test case with scores of the same metric.</p>
      ) : (
        <Listing label="Comparison" columns={columns}>
          {pairs.map(({ metric, here, there }) => {
            const compared = rows?.find((row) => row.metric === metric)?.compared;
            const [mine, other] = [distributionOf(metric, here), distributionOf(metric, there)];
            return (
              <tr key={metric}>
                <th scope="row">{metric}</th>
                <td className="small-chart">
                  {mine !== undefined && other !== undefined && <Histogram distribution={mine} other={other} />}
                </td>
                <td className="number">{here.length}</td>
                <td className="number">{compared === undefined ? "…" : signed(compared.estimate)}</td>
                <td className="number">
                  {compared === undefined ? "…" : `${signed(compared.low)} to ${signed(compared.high)}`}
                </td>
                <td className="number">{compared === undefined ? "…" : compared.pValue.toFixed(3)}</td>
              </tr>
            );
          })}
        </Listing>
      )}
    </section>
  );
};

const signed = (value: number): string => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
