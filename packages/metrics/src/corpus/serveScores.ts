/** The worker's side of a `WorkerPool`: makes a plan of the config it is sent, and scores batches until it is ended. */
import { planMetrics } from "../config/computeMetrics.ts";
import { MetricError } from "../config/MetricError.ts";
import type { MetricOptions } from "../config/MetricOptions.ts";
import type { Texts } from "../config/Scorer.ts";
import { extendedScorers } from "../extended/extendedScorers.ts";
import { installKernels } from "../wasm/index.ts";
import type { Answer, Request } from "./WorkerPool.ts";

/** A worker's door to its pool. */
export interface Port {
  readonly post: (answer: Answer, transfer: ReadonlyArray<ArrayBuffer>) => void;
  readonly listen: (listener: (request: Request) => void) => void;
}

/** The default export of a `setup` module: the options, or what makes them of the pool's `setupData`. */
export type Setup = MetricOptions | ((data: unknown) => MetricOptions | Promise<MetricOptions>);

const setUp = async (setup: string | undefined, data: unknown): Promise<MetricOptions> => {
  if (setup === undefined) return {};
  const { default: given } = (await import(setup)) as { readonly default?: Setup };
  if (given === undefined) throw new TypeError(`${setup} has no default export`);
  return typeof given === "function" ? await given(data) : given;
};

const said = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Answers the requests of a pool, one after the other. */
export const serveScores = (port: Port): void => {
  installKernels();
  let plan: Promise<ReturnType<typeof planMetrics>> | undefined;
  const begin = async (request: Request & { readonly _tag: "begin" }): Promise<void> => {
    const { config, options, setup, setupData } = request;
    plan = setUp(setup, setupData).then((more) =>
      planMetrics(config, { ...options, ...more, scorers: { ...extendedScorers, ...more.scorers } }),
    );
    try {
      await plan;
      port.post({ _tag: "ready" }, []);
    } catch (error) {
      port.post({ _tag: "unfit", problem: error instanceof MetricError ? error.message : said(error) }, []);
    }
  };
  const score = async (id: number, batch: ReadonlyArray<ReadonlyArray<Texts>>): Promise<void> => {
    const { keys, score, signatures: signaturesFor } = await plan!;
    const values = new Float64Array(batch.length * keys.length);
    const signatures: Array<ReadonlyArray<string>> = [];
    const signaturesOf = new Uint32Array(batch.length);
    const failures: Array<readonly [at: number, reason: MetricError["reason"], component: string | undefined]> = [];
    for (const [at, texts] of batch.entries()) {
      try {
        values.set(await score(texts), at * keys.length);
        const list = signaturesFor(texts);
        const known = signatures.indexOf(list);
        signaturesOf[at] = known < 0 ? signatures.push(list) - 1 : known;
      } catch (error) {
        // A custom scorer's failure costs this record.
        const isOurs = error instanceof MetricError;
        failures.push([
          at,
          isOurs ? error.reason : { _tag: "Failed", problem: said(error) },
          isOurs ? error.component : undefined,
        ]);
      }
    }
    port.post({ _tag: "scored", id, values, signatures, signaturesOf, failures }, [values.buffer, signaturesOf.buffer]);
  };
  port.listen((request) => {
    if (request._tag === "begin") void begin(request);
    else void score(request.id, request.batch);
  });
};
