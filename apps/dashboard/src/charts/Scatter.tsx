import { scaleLinear } from "d3-scale";
import { memo } from "react";
import { Foot, Rungs } from "./Axes.tsx";
import { frame } from "./frame.ts";

export interface Dot {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

interface ScatterProps {
  readonly dots: ReadonlyArray<Dot>;
  readonly xLabel: string;
  readonly yLabel: string;
}

const edges = frame(480, 300);
const { width, height, left, right, top, bottom } = edges;
const mostDots = 2_000;

/** A number between -0.5 and 0.5 that is a function of the text: dots of one rating lie beside each other, always in the same place. */
const jitter = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) / 2 ** 32 - 0.5;
};

const extent = (values: ReadonlyArray<number>): [number, number] => {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min === max ? [min - 1, max + 1] : [min, max];
};

export const Scatter = memo(({ dots, xLabel, yLabel }: ScatterProps) => {
  const some =
    dots.length > mostDots ? dots.filter((_, index) => index % Math.ceil(dots.length / mostDots) === 0) : dots;
  const x = scaleLinear(extent(dots.map((dot) => dot.x)), [left + 14, right - 14]).nice();
  const y = scaleLinear(extent(dots.map((dot) => dot.y)), [bottom, top]).nice();
  // No rating lies between two of them.
  const isWhole = dots.every((dot) => Number.isInteger(dot.x));
  const steps = x.ticks(6).filter((tick) => !isWhole || Number.isInteger(tick));
  const spread = Math.min(28, ((right - left) / Math.max(2, steps.length)) * 0.5);
  return (
    <svg
      className="scatter"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${yLabel} against ${xLabel}, ${dots.length} results`}
    >
      <Rungs frame={edges} ticks={y.ticks(5)} at={y} />
      <Foot frame={edges} ticks={steps} at={x} />
      {some.map((dot) => (
        <circle key={dot.id} cx={x(dot.x) + spread * jitter(dot.id)} cy={y(dot.y)} r={3} />
      ))}
    </svg>
  );
});
