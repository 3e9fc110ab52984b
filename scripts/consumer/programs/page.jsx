// A small page as a bundler sees it: the hooks, RxJS and a metric.
import { SGPClient } from "@evalwire/core";
import { taskEvents$ } from "@evalwire/core/rxjs";
import { rouge } from "@evalwire/metrics";
import { EvalwireProvider, useTasks, useWatchStatus } from "@evalwire/react-hooks";
import { createRoot } from "react-dom/client";

const client = new SGPClient({ apiKey: null, baseURL: `${location.origin}/api` });
taskEvents$(client, "ev_1").subscribe((event) => console.log(event.type, rouge("a b", "a b").rouge1.fmeasure));

const Board = () => (
  <p>
    {useTasks("ev_1").length} tasks, {useWatchStatus("ev_1")._tag}
  </p>
);

createRoot(document.body).render(
  <EvalwireProvider client={client}>
    <Board />
  </EvalwireProvider>,
);
