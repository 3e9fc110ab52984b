/**
 * Page visibility and network state, as a browser reports them, given to a watch as a service.
 */

export interface Environment {
  readonly isVisible: () => boolean;
  readonly isOnline: () => boolean;
  /** Calls `listener` after either may have changed; returns its undo. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** The part of a browser's global scope that is used; a server's has none of it. */
interface Host {
  readonly document?: EventTarget & { readonly visibilityState?: string };
  readonly navigator?: { readonly onLine?: boolean };
  readonly addEventListener?: EventTarget["addEventListener"];
  readonly removeEventListener?: EventTarget["removeEventListener"];
}

/** The browser's own account of itself. Where there is none (a server, a worker) it is always visible and online. */
export const browser = (host: Host = globalThis as Host): Environment => ({
  isVisible: () => host.document?.visibilityState !== "hidden",
  isOnline: () => host.navigator?.onLine !== false,
  subscribe: (listener) => {
    // A frozen page comes back with "pageshow"; a closed lid with any of the others, depending on the browser.
    const onScope = ["online", "offline", "pageshow"];
    host.document?.addEventListener("visibilitychange", listener);
    for (const type of onScope) host.addEventListener?.(type, listener);
    return () => {
      host.document?.removeEventListener("visibilitychange", listener);
      for (const type of onScope) host.removeEventListener?.(type, listener);
    };
  },
});
