// The hooks rendered to text, which says at once whether this version of React has all they import.
import { SGPClient } from "@evalwire/core";
import { EvalwireProvider, useCountdown, useEvaluationProgress, useTasks, useWatchStatus } from "@evalwire/react-hooks";
import { version } from "react";
import { renderToString } from "react-dom/server";

const client = new SGPClient({ apiKey: "key", baseURL: "http://localhost", fetch: async () => Response.json({}) });

const Board = () => (
  <p>
    {useTasks("ev_1").length} tasks, {useEvaluationProgress("ev_1").total} in all, {useWatchStatus("ev_1")._tag},{" "}
    {String(useCountdown(undefined))}
  </p>
);

const html = renderToString(
  <EvalwireProvider client={client}>
    <Board />
  </EvalwireProvider>,
);
if (!html.includes("connecting")) throw new Error(`unexpected page: ${html}`);
console.log(`rendered by React ${version}: ${html.replace(/<!-- -->/g, "")}`);
