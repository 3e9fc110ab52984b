/** A page for hooks: a provider over watches held in the hand. */

import type { SGPClient, WatchOptions } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { SimulatedClock } from "@evalwire/core/testing";
import { act } from "@testing-library/react";
import { Component, type ReactNode } from "react";
import { EvalwireProvider } from "../src/index.ts";
import { watchOf } from "./rows.ts";

/** A client of which only `watch` exists, unless more is given. */
export const fakeClient = (
  open: (evaluationId: string, options?: WatchOptions, version?: "v4" | "v5") => ScriptedWatch,
  more: object = {},
) => {
  const watch = (id: string, options: WatchOptions) => open(id, options, "v5");
  return { watch: open, v5: { watch }, ...more } as unknown as SGPClient;
};

/** Everything that is under way and waits for no time. */
export const settle = () => act(async () => undefined);

/** Shows the message of an error thrown below it, until it is retried. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <button type="button" onClick={() => this.setState({ error: undefined as never })}>
        {error.message}
      </button>
    );
  }
}

export const stage = (watch: ScriptedWatch = watchOf(), more: object = {}) => {
  const clock = new SimulatedClock();
  const opened: Array<ScriptedWatch> = [];
  const client = fakeClient((evaluationId) => {
    const next = evaluationId === watch.evaluationId ? watch : watchOf(evaluationId);
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
