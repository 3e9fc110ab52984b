import type { SgpError } from "@evalwire/core";
import { useClient, useWatchStore } from "@evalwire/react-hooks";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { makeActs } from "../acts/Acts.ts";
import { Notices } from "../acts/Notices.tsx";
import { useDoing } from "../acts/useDoing.ts";
import { Alerts } from "../live/Alerts.tsx";
import { eventFeed } from "../live/EventFeed.ts";
import { useBoard } from "../live/hooks.ts";
import { readerOf } from "../live/Reader.ts";
import { results as makeResults } from "../live/Results.ts";
import { type Shown, ShownContext, useShown } from "../live/Shown.ts";
import { sampled } from "../live/sampled.ts";
import type { Session } from "../live/session.ts";
import { useNow } from "../live/useNow.ts";
import { boards } from "../model/Board.ts";
import { FreshnessBar } from "./FreshnessBar.tsx";
import { TopBar } from "./TopBar.tsx";
import { adviceOf, Trouble } from "./Trouble.tsx";

const overview = () => import("./OverviewPage.tsx");
const OverviewPage = lazy(overview);
const TasksPage = lazy(() => import("./TasksPage.tsx"));
const AssignmentsPage = lazy(() => import("./AssignmentsPage.tsx"));
const PeoplePage = lazy(() => import("./PeoplePage.tsx"));
const ScoresPage = lazy(() => import("./ScoresPage.tsx"));
const EventsPage = lazy(() => import("./EventsPage.tsx"));
const TaskPage = lazy(() => import("./TaskPage.tsx"));

interface EvaluationProps {
  readonly session: Session;
  readonly evaluationId: string;
  readonly isV5?: boolean;
}

/** Renders at most so often, however much happens. */
const periodMillis = 400;
const retryMillis = 15_000;

const useOpened = (session: Session, evaluationId: string, isV5: boolean): Shown | undefined => {
  const client = useClient();
  const evaluation = useMemo(() => (isV5 ? { v5: evaluationId } : evaluationId), [evaluationId, isV5]);
  const store = useWatchStore(evaluation);
  const doing = useDoing(evaluation);
  const [opened, setOpened] = useState<Shown>();
  useEffect(() => {
    // Tables and charts come while the tasks are read; whichever view is opened, most of them are shared.
    void overview();
    const results = makeResults(readerOf(client, evaluation), store);
    const feed = eventFeed(store);
    const board = sampled(store, periodMillis, boards());
    const entries = sampled(feed, periodMillis, (shown) => shown);
    const tasks = () => store.snapshot().tasks;
    const acts = makeActs({
      doing,
      me: session.user,
      tasks,
      onChange: (listener) => store.onChange(listener),
      results,
    });
    setOpened({ evaluation, evaluationId, isV5, client, session, store, board, results, feed, entries, acts });
    return () => {
      results.close();
      feed.close();
    };
  }, [client, session, evaluation, evaluationId, isV5, store, doing]);
  return opened;
};

export const EvaluationPage = ({ session, evaluationId, isV5 = false }: EvaluationProps) => {
  const opened = useOpened(session, evaluationId, isV5);
  if (opened === undefined) return <TopBar session={session} />;
  return (
    <ShownContext value={opened}>
      <Opened />
    </ShownContext>
  );
};

/** Why the watch has ended; also while the next attempt is under way, so that nothing moves under the pointer until it has an outcome. */
const useEnded = (): SgpError | undefined => {
  const status = useBoard(({ status }) => status);
  const now = status._tag === "closed" ? status.error : undefined;
  const [last, setLast] = useState(now);
  const error = now ?? (status._tag === "connecting" ? last : undefined);
  if (error !== last) setLast(error);
  return error;
};

/** The evaluation; or, when its watch has ended, why, and the next attempt. */
const Opened = () => {
  const { evaluationId, isV5, session, store } = useShown();
  const again = useCallback(() => store.restart(), [store]);
  const error = useEnded();
  if (error === undefined) return <Live />;
  const { title, advice } = adviceOf(error, `evaluation ${evaluationId}`);
  const other = isV5 ? `~/evaluations/${evaluationId}` : `~/v5/evaluations/${evaluationId}`;
  return (
    <>
      <TopBar session={session} />
      <main id="main" className="blank">
        <Trouble title={title} retry={again}>
          {error.detail?.startsWith("it exists in v") === true ? (
            <p>
              It is an evaluation of the other version of the API: <Link href={other}>open it there</Link>.
            </p>
          ) : (
            <p>{advice}</p>
          )}
          <p>
            <Link href="~/">All evaluations</Link>
          </p>
        </Trouble>
        <Again again={again} />
      </main>
    </>
  );
};

const Again = ({ again }: { readonly again: () => void }) => {
  const [at, setAt] = useState(() => Date.now() + retryMillis);
  const now = useNow();
  useEffect(() => {
    if (now < at) return;
    again();
    setAt(Date.now() + retryMillis);
  }, [now, at, again]);
  return <p className="quiet">Next attempt in {Math.max(1, Math.ceil((at - now) / 1_000))} s.</p>;
};

const tabs = [
  ["/", "Overview"],
  ["/tasks", "Tasks"],
  ["/assignments", "Active assignments"],
  ["/people", "People"],
  ["/scores", "Scores"],
  ["/events", "Events"],
] as const;

// v5 shows neither who holds an item nor who labelled it.
const withoutPeople = tabs.filter(([href]) => href !== "/assignments" && href !== "/people");

const Live = () => {
  const { evaluationId, isV5, session, acts } = useShown();
  const name = useBoard(({ evaluation }) => evaluation?.name);
  const isArchived = useBoard(({ evaluation }) => evaluation?.archived_at !== undefined);
  const isRead = useBoard(({ tasks, isWhole }) => tasks.length > 0 || isWhole);
  const [path] = useLocation();
  const here = useMemo(() => `/${path.split("/")[1] ?? ""}`, [path]);
  const label = tabs.find(([href]) => href === here)?.[1] ?? "Task";
  const nav = useRef<HTMLElement>(null);
  // Where the tabs are wider than the window, the present one is in sight.
  useEffect(() => {
    const { current: bar } = nav;
    const tab = here === "" ? null : bar?.querySelector<HTMLElement>("[aria-current]");
    if (!bar || !tab) return undefined;
    const show = () => {
      // Not by `scrollIntoView`, from which the browser goes on with the Tab key.
      bar.scrollLeft = tab.offsetLeft + tab.offsetWidth - bar.offsetLeft - bar.clientWidth;
    };
    show();
    // A window that becomes narrower, as when a telephone is turned, hides it again.
    const observer = new ResizeObserver(show);
    observer.observe(bar);
    return () => observer.disconnect();
  }, [here]);
  useEffect(() => {
    document.title = `${label} · ${name ?? evaluationId} · evalwire`;
  }, [label, name, evaluationId]);
  return (
    <>
      <TopBar session={session}>
        <h1 className="evaluation-name">
          {name ?? evaluationId}
          {isV5 && <span className="tag">v5</span>}
          {isArchived && <span className="tag">archived</span>}
        </h1>
        <div className="top-tools">
          {!session.isReadOnly && !isV5 && !isArchived && <ClaimButton />}
          <Alerts />
        </div>
      </TopBar>
      <FreshnessBar />
      <nav ref={nav} className="tabs" aria-label="Views of this evaluation">
        {(isV5 ? withoutPeople : tabs).map(([href, text]) => (
          <Link key={href} href={href} {...(href === here ? { "aria-current": "page" } : {})}>
            {text}
          </Link>
        ))}
      </nav>
      <main id="main" className="page">
        {isRead ? (
          <Suspense fallback={<p className="quiet">Loading…</p>}>
            <Switch>
              <Route path="/">
                <OverviewPage />
              </Route>
              <Route path="/tasks/:taskId">{({ taskId }) => <TaskPage key={taskId} taskId={taskId} />}</Route>
              <Route path="/tasks">
                <TasksPage />
              </Route>
              <Route path="/assignments">
                <AssignmentsPage />
              </Route>
              <Route path="/people">
                <PeoplePage />
              </Route>
              <Route path="/scores">
                <ScoresPage />
              </Route>
              <Route path="/events">
                <EventsPage />
              </Route>
              <Route>
                <Trouble title="There is no such page">
                  <p>
                    Go to the <Link href="/">overview</Link>.
                  </p>
                </Trouble>
              </Route>
            </Switch>
          </Suspense>
        ) : (
          <p className="quiet">Reading the tasks…</p>
        )}
      </main>
      <Notices acts={acts} />
    </>
  );
};

const ClaimButton = () => {
  const { acts } = useShown();
  const [, go] = useLocation();
  const [isBusy, setIsBusy] = useState(false);
  const claim = async () => {
    setIsBusy(true);
    const taskId = await acts.claim();
    setIsBusy(false);
    if (taskId !== undefined) go(`/tasks/${encodeURIComponent(taskId)}`);
  };
  return (
    <button type="button" disabled={isBusy} onClick={() => void claim()}>
      Claim a task
    </button>
  );
};
