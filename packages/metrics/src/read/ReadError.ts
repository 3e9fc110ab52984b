/** A file that cannot be read as records: one sentence that says what it looks like, and what to do. */
export class ReadError extends Error {
  override readonly name = "ReadError";
}
