/** Servers and clients in processes of their own, and an evaluation on a server to measure with. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const flags = ["--conditions=@evalwire/source", "--disable-warning=ExperimentalWarning"];
const children: Array<ChildProcess> = [];

export const headers = { "x-api-key": "key", "content-type": "application/json" };
export const account_id = "acme";

/** Starts a file of this folder. */
export const run = (name: string, ...args: ReadonlyArray<string>): ChildProcess => {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), args, { execArgv: flags });
  children.push(child);
  return child;
};

/** Ends what was started. */
export const end = (): void => {
  for (const child of children) if (child.connected) child.disconnect();
};

/** The next message of the process. */
export const next = <A>(child: ChildProcess): Promise<A> =>
  new Promise((resolve) => child.once("message", (said) => resolve(said as A)));

export interface Used {
  readonly millis: number;
  readonly rss: number;
  /** Processor time of the longest turn of its event loop since it was asked last, in milliseconds. */
  readonly longestTurn: number;
}

/** Resources a process has used so far: processor time in milliseconds, memory in bytes. */
export const used = async (child: ChildProcess): Promise<Used> => {
  const answer = next<{ readonly micros: number; readonly rss: number; readonly longestTurn: number }>(child);
  child.send("spent");
  const { micros, rss, longestTurn } = await answer;
  return { millis: micros / 1000, rss, longestTurn: longestTurn / 1000 };
};

export const send = async (url: string, path: string, body: unknown, method = "POST"): Promise<any> => {
  const response = await fetch(`${url}/v4${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};

export interface Made {
  readonly id: string;
  /** Adds so many test case results, each with a task. */
  readonly add: (count: number) => Promise<void>;
}

/** An evaluation without tasks. */
export const evaluationOn = async (url: string): Promise<Made> => {
  const dataset = await send(url, "/evaluation-datasets", {
    ...{ account_id, name: "D", schema_type: "GENERATION", type: "manual" },
  });
  const [testCase] = await send(url, `/evaluation-datasets/${dataset.id}/test-cases/batch`, [
    { account_id, test_case_data: { input: "The ferry stays in port." } },
  ]);
  await send(url, `/evaluation-datasets/${dataset.id}/publish`, {});
  const application = await send(url, "/application-specs", { account_id, name: "A", description: "?" });
  const { id } = await send(url, "/evaluations", {
    ...{ type: "default", account_id, name: "E", description: "?" },
    application_spec_id: application.id,
  });
  const result = {
    ...{ account_id, application_spec_id: application.id, test_case_id: testCase.id },
    evaluation_dataset_version_num: "1",
    test_case_evaluation_data: { generation_output: "No ferry sails before noon, says the harbour office. ".repeat(4) },
  };
  return {
    id,
    add: async (count) => {
      for (let left = count; left > 0; left -= 1_000) {
        const some = Array.from({ length: Math.min(left, 1_000) }, () => result);
        await send(url, `/evaluations/${id}/test-case-results/batch`, some);
      }
    },
  };
};

export const middle = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
