"use client";

/**
 * `@evalwire/react-hooks/devtools`: a panel that shows what the watches of a page cost and say. An entry of its own, and its panel is
 * loaded when it is opened: a page that does not import it does not carry it.
 */
import * as React from "react";
import * as look from "./look.ts";

export interface EvalwireDevtoolsProps {
  /** Whether the panel is open at first. Default false. */
  readonly initialIsOpen?: boolean;
  /** Which corner the button sits in. Default `bottom-right`. */
  readonly position?: "bottom-right" | "bottom-left";
}

const Panel = React.lazy(() => import("./Panel.tsx"));

/**
 * A button that opens the panel, anywhere below the `EvalwireProvider`. It opens no watch by itself and sends no request.
 *
 * @example
 * ```tsx
 * import type { SGPClient } from "@evalwire/core";
 * import { EvalwireProvider } from "@evalwire/react-hooks";
 * import { EvalwireDevtools } from "@evalwire/react-hooks/devtools";
 *
 * const Page = ({ client }: { client: SGPClient }) => (
 *   <EvalwireProvider client={client}>
 *     <EvalwireDevtools />
 *   </EvalwireProvider>
 * );
 * ```
 */
export const EvalwireDevtools = ({ initialIsOpen = false, position = "bottom-right" }: EvalwireDevtoolsProps) => {
  const [isOpen, setOpen] = React.useState(initialIsOpen);
  const button = React.useRef<HTMLButtonElement>(null);
  const id = React.useId();
  const close = React.useCallback(() => {
    setOpen(false);
    button.current?.focus();
  }, []);
  return (
    <div style={look.corner(position)}>
      {isOpen ? (
        <React.Suspense fallback={<p style={look.panel}>Loading evalwire devtools…</p>}>
          <Panel id={id} onClose={close} />
        </React.Suspense>
      ) : null}
      <button
        ref={button}
        type="button"
        style={look.button}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        evalwire
      </button>
    </div>
  );
};
