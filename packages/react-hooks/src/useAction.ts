"use client";

import * as React from "react";
import * as Action from "./stores/Action.ts";
import { useStore } from "./useStore.ts";

const all = <A>(state: A): A => state;

/** An action of this component, and what became of it. It is the same one for as long as the component is mounted. */
export const useAction = <A>(options?: {
  readonly exclusive?: boolean;
}): readonly [Action.Action<A>, Action.ActionState<A>] => {
  const [action] = React.useState(() => Action.make<A>(options));
  return [action, useStore(action, all)];
};
