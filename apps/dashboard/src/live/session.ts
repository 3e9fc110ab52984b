/** The user the page acts for, as the program that serves it says. */
export interface Session {
  readonly user: string;
  /** The people known to that program; their names are offered where a person is chosen. */
  readonly users: ReadonlyArray<string>;
  /** Where the evaluation server is. */
  readonly server: string;
  readonly isReadOnly: boolean;
}

/** Why there is no session, in the reader's words. */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean) {
    super(message);
    this.isRefused = isRefused;
  }
}

export const loadSession = async (signal: AbortSignal): Promise<Session> => {
  let response: Response;
  try {
    response = await fetch("/session", { signal, cache: "no-store", credentials: "same-origin" });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new SessionError("The program behind this page does not answer. Start it again in the terminal.", false);
  }
  if (response.status === 403) {
    throw new SessionError("This browser is not invited any more. Open the address that the terminal shows.", true);
  }
  if (!response.ok) throw new SessionError(`The program behind this page answers ${response.status}.`, false);
  return (await response.json()) as Session;
};
