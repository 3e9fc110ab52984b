"use client";

import { EvalwireProvider, useEvaluationProgress, useTasks, useWatchStatus } from "@evalwire/react-hooks";
import { relayClient } from "@evalwire/relay/client";
import { useState } from "react";

function Rows({ evaluationId }) {
  const status = useWatchStatus(evaluationId);
  const { total } = useEvaluationProgress(evaluationId);
  const tasks = useTasks(evaluationId);
  return (
    <p id="board">{`${status._tag}: ${tasks.length} of ${total} tasks, ${tasks.map((task) => task.status).join()}`}</p>
  );
}

export function Board({ origin, evaluationId }) {
  const [client] = useState(() => relayClient(`${origin}/relay`));
  return (
    <EvalwireProvider client={client}>
      <Rows evaluationId={evaluationId} />
    </EvalwireProvider>
  );
}
