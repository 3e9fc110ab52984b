import type { SGPClient } from "@evalwire/core";
import { EventLog } from "./EventLog.tsx";
import { Header } from "./Header.tsx";
import { LeaseBoard } from "./LeaseBoard.tsx";
import { People } from "./People.tsx";
import { Progress } from "./Progress.tsx";
import { Scores } from "./Scores.tsx";
import { useChosenEvaluation } from "./useChosenEvaluation.ts";
import { useResults } from "./useResults.ts";

export interface AppProps {
  readonly client: SGPClient;
}

/** One evaluation, live: the one named in the address, else the newest. */
export const App = ({ client }: AppProps) => {
  const { chosen, known, choose, error } = useChosenEvaluation(client);
  if (chosen !== undefined) return <Live client={client} evaluationId={chosen} known={known} choose={choose} />;
  return (
    <main className="blank">
      <h1>evalwire</h1>
      {error !== undefined ? (
        <p role="alert">The evaluations could not be read: {error.message}</p>
      ) : known === undefined ? (
        <p>Looking for evaluations…</p>
      ) : (
        <p>There is no evaluation yet. As soon as one is created, reload this page.</p>
      )}
    </main>
  );
};

interface LiveProps extends AppProps {
  readonly evaluationId: string;
  readonly known: ReadonlyArray<{ readonly id: string; readonly name: string }> | undefined;
  readonly choose: (evaluationId: string) => void;
}

const Live = ({ client, evaluationId, known, choose }: LiveProps) => {
  const results = useResults(client, evaluationId);
  return (
    <>
      <a className="skip" href="#leases">
        Skip to the lease board
      </a>
      <Header evaluationId={evaluationId} known={known} choose={choose} />
      <main className="board">
        <Progress evaluationId={evaluationId} />
        <LeaseBoard evaluationId={evaluationId} results={results.byId} />
        <People evaluationId={evaluationId} />
        <EventLog key={evaluationId} evaluationId={evaluationId} results={results.byId} />
        <Scores results={results} />
      </main>
    </>
  );
};
