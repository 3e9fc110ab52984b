import type { SGPClient, WatchOptions } from "@evalwire/core";
import { EvalwireProvider } from "@evalwire/react-hooks";
import { useEffect, useState } from "react";
import { Route, Switch } from "wouter";
import { AnnouncerProvider } from "./live/Announcer.tsx";
import { loadSession, type Session, type SessionError } from "./live/session.ts";
import { EvaluationPage } from "./pages/EvaluationPage.tsx";
import { IndexPage } from "./pages/IndexPage.tsx";
import { TopBar } from "./pages/TopBar.tsx";
import { Trouble } from "./pages/Trouble.tsx";

const retryMillis = 5_000;
const watchOptions: WatchOptions = { expiring: ["5 minutes", "1 minute"] };

/** The session, requested until it is there. */
const useSession = (): { readonly session?: Session; readonly error?: SessionError; readonly retry: () => void } => {
  const [state, setState] = useState<{ readonly session?: Session; readonly error?: SessionError }>({});
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    loadSession(leaving.signal).then(
      (session) => setState({ session }),
      (error: SessionError) => {
        if (leaving.signal.aborted) return;
        setState({ error });
        timer = setTimeout(() => setAttempt((last) => last + 1), retryMillis);
      },
    );
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [attempt]);
  return { ...state, retry: () => setAttempt((last) => last + 1) };
};

export const App = ({ client }: { readonly client: SGPClient }) => {
  const { session, error, retry } = useSession();
  if (session === undefined) {
    if (error === undefined)
      return (
        <main id="main" className="blank">
          Connecting…
        </main>
      );
    return (
      <main id="main" className="blank">
        <Trouble title={error.isRefused ? "This browser is not invited" : "Nothing answers"} retry={retry}>
          <p>{error.message}</p>
        </Trouble>
      </main>
    );
  }
  return (
    <EvalwireProvider client={client} watchOptions={watchOptions}>
      <AnnouncerProvider>
        <Switch>
          <Route path="/evaluations/:id" nest>
            {({ id }) => <EvaluationPage key={id} session={session} evaluationId={id} />}
          </Route>
          <Route path="/v5/evaluations/:id" nest>
            {({ id }) => <EvaluationPage key={id} session={session} evaluationId={id} isV5 />}
          </Route>
          <Route path="/">
            <IndexPage session={session} />
          </Route>
          <Route>
            <TopBar session={session} />
            <main id="main" className="blank">
              <Trouble title="There is no such page">
                <p>
                  Go to the <a href="/">list of evaluations</a>.
                </p>
              </Trouble>
            </main>
          </Route>
        </Switch>
      </AnnouncerProvider>
    </EvalwireProvider>
  );
};
