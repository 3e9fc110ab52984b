/**
 * The function, run in the async context in which it was given, where the runtime has such contexts (`AsyncLocalStorage` of Node, Bun,
 * Deno and workerd): a listener sees the request or the trace it was made for, not those of the code that opened the shared watch.
 */
type Bind = <F extends (...args: ReadonlyArray<never>) => unknown>(run: F) => F;

interface Runtime {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

const bindOf = (): Bind | undefined => {
  const hooks = (globalThis as Runtime).process?.getBuiltinModule?.("node:async_hooks");
  return (hooks as { readonly AsyncLocalStorage?: { readonly bind?: Bind } } | undefined)?.AsyncLocalStorage?.bind;
};

const bind = bindOf();

export const bindContext: Bind = (run) => (bind === undefined ? run : bind(run));
