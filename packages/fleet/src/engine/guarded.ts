const toConsole = (error: unknown): void => console.error("evalwire: onFailure failed:", error);

/** A program's callback for failures. One that fails itself is reported to the console, and nothing else is affected. */
export const guarded =
  <E = unknown>(onFailure: (error: E) => unknown = () => undefined, report: (error: unknown) => void = toConsole) =>
  (error: E): void => {
    try {
      const result = onFailure(error);
      if (result instanceof Promise) result.catch(report);
    } catch (own) {
      report(own);
    }
  };

/** The text of anything that can be thrown, no longer than `longest` characters. */
export const wordsOf = (error: unknown, longest = 2_000): string => {
  try {
    const { message } = (error ?? {}) as { readonly message?: unknown };
    return String(message ?? error).slice(0, longest);
  } catch {
    // An object that has no text.
    return Object.prototype.toString.call(error);
  }
};
