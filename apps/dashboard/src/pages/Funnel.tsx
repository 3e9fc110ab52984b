import { Link } from "wouter";
import { labels, type Place, type Standing, totalOf } from "../model/Standing.ts";

const forward = ["notReady", "waiting", "held", "completed", "approved"] as const;
const back = ["redo", "redoing"] as const;

interface StageProps {
  readonly place: Place;
  readonly count: number;
  readonly total: number;
}

const Stage = ({ place, count, total }: StageProps) => (
  <Link href={`/tasks?place=${place}`} className={`stage stage-${place}`}>
    <span className="stage-count">{count}</span>
    <span className="stage-label">{labels[place]}</span>
    <span className="stage-bar" aria-hidden="true">
      <span style={{ width: `${total === 0 ? 0 : (100 * count) / total}%` }} />
    </span>
  </Link>
);

/** Every task in its place, from left to right, with the way back that an audit can send it; each leads to its tasks. */
export const Funnel = ({ standing }: { readonly standing: Standing }) => {
  const total = totalOf(standing);
  const stage = (place: Place) => <Stage key={place} place={place} count={standing[place]} total={total} />;
  return (
    <div className="funnel">
      <ol className="funnel-forward">
        {forward
          .filter((place) => place !== "notReady" || standing.notReady > 0)
          .map((place) => (
            <li key={place}>{stage(place)}</li>
          ))}
        <li>{stage("fixed")}</li>
        {standing.other > 0 && <li>{stage("other")}</li>}
      </ol>
      <div className="funnel-back">
        <span className="funnel-arrow" aria-hidden="true">
          ↩
        </span>
        <span>Sent back by an audit</span>
        <ol>
          {back.map((place) => (
            <li key={place}>{stage(place)}</li>
          ))}
        </ol>
      </div>
    </div>
  );
};
