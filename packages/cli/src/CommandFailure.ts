/** A command that cannot go on for a reason its user can do something about: shown as one line, without a stack. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  /** 1 for a runtime error, 2 for invalid arguments, 3 for a threshold that was missed. */
  readonly exitCode: 1 | 2 | 3;

  constructor(message: string, exitCode: 1 | 2 | 3 = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The system's own errors in words, for a file that cannot be read. */
export const fileProblem = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EISDIR":
      return "this is a folder, not a file";
    case "EACCES":
    case "EPERM":
      return "this user may not read it";
    default:
      return message;
  }
};

/** The system's own errors in words, for a requested port. */
export const portFailure = (error: unknown, host: string, port: number): unknown => {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new CommandFailure(`port ${port} is in use on ${host}; give another with --port, or 0 for a free one`, 1, {
        cause: error,
      });
    case "EACCES":
      return new CommandFailure(`port ${port} may not be opened by this user; give one above 1023`, 1, {
        cause: error,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new CommandFailure(`${host} is not an address of this machine`, 1, { cause: error });
    default:
      return error;
  }
};
