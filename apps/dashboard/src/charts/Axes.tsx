import type { Frame } from "./frame.ts";

interface AxisProps<Value> {
  readonly frame: Frame;
  readonly ticks: ReadonlyArray<Value>;
  /** Where a value lies. */
  readonly at: (value: Value) => number;
  readonly format?: (value: Value) => string;
}

/** Lines across, with their values at the left. */
export const Rungs = ({ frame: { left, right }, ticks, at, format = String }: AxisProps<number>) =>
  ticks.map((tick) => (
    <g key={tick} className="axis">
      <line x1={left} x2={right} y1={at(tick)} y2={at(tick)} />
      <text className="chart-text" x={left - 6} y={at(tick) + 4} textAnchor="end">
        {format(tick)}
      </text>
    </g>
  ));

/** Half of the widest value at a foot, in the units of the view box. */
const halfValue = 26;

/** Values along the foot; one at the right edge ends there. */
export const Foot = <Value extends number | Date>({
  frame: { bottom, width },
  ticks,
  at,
  format = String,
}: AxisProps<Value>) =>
  ticks.map((tick) => {
    const x = at(tick);
    const isAtEdge = x > width - halfValue;
    return (
      <text
        key={Number(tick)}
        className="chart-text"
        x={isAtEdge ? width : x}
        y={bottom + 18}
        textAnchor={isAtEdge ? "end" : "middle"}
      >
        {format(tick)}
      </text>
    );
  });
