import { scaleLinear, scaleTime } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { memo, useMemo } from "react";
import { type BurnUp, bandOf } from "../model/BurnUp.ts";
import { moment } from "../model/Time.ts";
import { Foot, Rungs } from "./Axes.tsx";
import { frame } from "./frame.ts";
import { NumbersTable } from "./NumbersTable.tsx";
import { useWidth } from "./useWidth.ts";

interface ChartProps {
  readonly burnUp: BurnUp;
  /** By the server's clock, in milliseconds since 1970. */
  readonly now: number;
}

/** As high as its width allows, so that a wide window is used. */
const heightOf = (width: number): number => Math.min(420, Math.max(260, Math.round(width * 0.3)));
// A band that ends in a month would leave no room for what has happened.
const farthestShare = 3;

/** The time of day in as much detail as the span needs, on a clock of 24 hours. */
const tickOf = ([from, to]: ReadonlyArray<Date>): ((at: Date) => string) => {
  const span = Number(to) - Number(from);
  const parts: Intl.DateTimeFormatOptions =
    span > 2 * 86_400_000
      ? { day: "numeric", month: "short" }
      : { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(span < 600_000 ? { second: "2-digit" } : {}) };
  const format = new Intl.DateTimeFormat(undefined, parts);
  return (at) => format.format(at);
};

/** Tasks done over time; beyond now, where the pace leads, with the band of the estimated end. */
export const BurnUpChart = memo(({ burnUp, now: asked }: ChartProps) => {
  const { points, total, done, end } = burnUp;
  const [figure, width] = useWidth(720);
  const height = heightOf(width);
  const edges = useMemo(() => frame(width, height), [width, height]);
  const { left, right, top, bottom } = edges;
  const begin = points[0]!.at;
  // A task may have been done since the clock was looked at.
  const now = Math.max(asked, points.at(-1)!.at);
  const farthest = now + farthestShare * Math.max(60_000, now - begin);
  const until = end === undefined ? now : Math.min(farthest, end.high ?? Number.POSITIVE_INFINITY);
  const x = useMemo(
    () => scaleTime([begin, Math.max(until, begin + 1_000)], [left, right]),
    [begin, until, left, right],
  );
  const y = useMemo(() => scaleLinear([0, Math.max(1, total)], [bottom, top]).nice(), [total, bottom, top]);
  const done_ = line<(typeof points)[number]>()
    .x(({ at }) => x(at))
    .y(({ done }) => y(done))
    .curve(curveStepAfter);
  const filled = area<(typeof points)[number]>()
    .x(({ at }) => x(at))
    .y0(bottom)
    .y1(({ done }) => y(done))
    .curve(curveStepAfter);
  const outline = line<(typeof points)[number]>()
    .x(({ at }) => x(at))
    .y(({ done }) => y(done));
  const band = end === undefined ? undefined : `${outline(bandOf(burnUp, end, now, until))}Z`;
  const format = tickOf(x.domain());
  return (
    <figure className="chart" ref={figure}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Tasks done over time: ${done} of ${total}`}>
        <Rungs frame={edges} ticks={y.ticks(4)} at={y} />
        <Foot frame={edges} ticks={x.ticks(Math.max(2, Math.round(width / 140)))} at={x} format={format} />
        {band !== undefined && <path className="band" d={band} />}
        <path className="burn-fill" d={filled([...points]) ?? ""} />
        <path className="burn-line" d={done_([...points]) ?? ""} />
        {end !== undefined && end.at <= farthest && (
          <line className="pace" x1={x(now)} y1={y(done)} x2={Math.min(right, x(end.at))} y2={y(total)} />
        )}
        <line className="total" x1={left} x2={right} y1={y(total)} y2={y(total)} />
        <line className="now" x1={x(now)} x2={x(now)} y1={top} y2={bottom} />
      </svg>
      <NumbersTable
        caption="Tasks done"
        names={["Time", "Done"]}
        rows={points
          .filter((_, index) => index % Math.ceil(points.length / 20) === 0 || index === points.length - 1)
          .map(({ at, done }) => [moment(at, now), done])}
      />
    </figure>
  );
});
