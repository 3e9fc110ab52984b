import { scaleLinear } from "d3-scale";
import type { Distribution } from "../model/Distribution.ts";

interface HistogramProps {
  readonly distribution: Distribution;
  /** Drawn as an outline over it, on the same domain. */
  readonly other?: Distribution;
}

const width = 200;
const height = 50;

/** How the scores are spread, with their mean. */
export const Histogram = ({ distribution: { key, bins, mean, domain, scores }, other }: HistogramProps) => {
  const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
  const shares = bins.map((count) => share(count, scores));
  const others = other?.bins.map((count) => share(count, other.scores)) ?? [];
  const y = scaleLinear([0, Math.max(0.01, ...shares, ...others)], [height, 2]);
  const x = scaleLinear([...domain], [0, width]);
  const step = width / bins.length;
  return (
    <>
      <svg
        className="histogram"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${key}: ${scores} scores, mean ${mean.toFixed(3)}`}
      >
        {shares.map((value, index) => (
          <rect key={index} x={index * step + 0.5} width={step - 1} y={y(value)} height={y(0) - y(value)} />
        ))}
        {others.length > 0 && (
          <path className="other" d={others.map((value, index) => `M${index * step},${y(value)}h${step}`).join("")} />
        )}
        <line className="mean" x1={x(mean)} x2={x(mean)} y1={0} y2={y(0)} />
        <line className="base" x1={0} x2={width} y1={y(0)} y2={y(0)} />
      </svg>
      {/* Beside the drawing, whose size changes with the window. */}
      <span className="histogram-ends" aria-hidden="true">
        <span>{domain[0]}</span>
        <span>{domain[1]}</span>
      </span>
    </>
  );
};
