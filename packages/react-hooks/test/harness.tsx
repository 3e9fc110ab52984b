/** A page for hooks: a provider over watches held in the hand. */
import type { SGPClient } from "@evalwire/core";
import { SimulatedClock } from "@evalwire/core/testing";
import type { ReactNode } from "react";
import { EvalwireProvider } from "../src/index.ts";
import { FakeWatch } from "./FakeWatch.ts";

/** A client of which only `watch` exists, unless more is given. */
export const fakeClient = (open: (evaluationId: string) => FakeWatch, more: object = {}) =>
  ({ watch: open, ...more }) as unknown as SGPClient;

export const stage = (watch: FakeWatch = new FakeWatch(), more: object = {}) => {
  const clock = new SimulatedClock();
  const opened: Array<FakeWatch> = [];
  const client = fakeClient((evaluationId) => {
    const next = evaluationId === watch.evaluationId ? watch : new FakeWatch(evaluationId);
    opened.push(next);
    return next;
  }, more);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <EvalwireProvider client={client} clock={clock} grace={0}>
      {children}
    </EvalwireProvider>
  );
  return { watch, clock, client, opened, wrapper };
};
