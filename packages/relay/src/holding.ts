/**
 * The object that is held for the signal of a request. Node lets the signal of a `Request` follow that of its connection only while the request itself is held,
 * and one takes some 2 kB of each open feed: where the signal of the connection is known, that is held in its place.
 */
type Signalled = Pick<Request, "signal">;

const connections = new WeakMap<Request, Signalled>();

/** Says which signal a request's own follows. */
export const follows = (request: Request, signal: AbortSignal): void => void connections.set(request, { signal });

/** The object to be held by those who wait for a request's signal, and has it. */
export const holding = (request: Request): Signalled => connections.get(request) ?? request;
