/**
 * Something that a program's own callback or plugin did wrong, reported to the program only.
 */

export interface Problem {
  /** Whose it is, e.g. `onUnknown` or `plugin webhook (on an event)`. */
  readonly source: string;
  readonly error: unknown;
}

export type Report = (problem: Problem) => void;

/** The reporter of last resort, and the default one. */
export const toConsole: Report = ({ source, error }) => console.error(`evalwire: ${source} failed:`, error);

/** A reporter that fails itself is reported to the console. */
export const reporter =
  (report: Report): Report =>
  (problem) => {
    try {
      report(problem);
    } catch (error) {
      toConsole(problem);
      toConsole({ source: "onProblem", error });
    }
  };

/** Runs a callback; an error it throws is reported under its name and goes nowhere else. */
export const isolated = (report: Report, source: string, run: () => void): void => {
  try {
    run();
  } catch (error) {
    report({ source, error });
  }
};
