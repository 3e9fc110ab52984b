/**
 * A plugin's middleware, put around attempts so that it can do no harm.
 *
 * 1. A middleware that throws, takes too long or gives back no answer is reported, and the attempt goes on as if the middleware were
 *    not there. An `SgpError` that it fails with is its answer, and stands.
 * 2. Only its own time counts: the time of the attempt inside does not.
 * 3. It asks once at most: a middleware cannot make two requests out of one.
 */
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Result from "effect/Result";
import { type Attempt, circumstances, type HttpResponse, type Middleware } from "../client/http/Attempt.ts";
import { SgpError } from "../client/SgpError.ts";

/** A middleware in promises: `next` makes the attempt inside, or throws the `SgpError` it failed with. */
export type FetchMiddleware = (
  request: Parameters<Attempt>[0],
  next: (request: Parameters<Attempt>[0]) => Promise<HttpResponse>,
) => Promise<HttpResponse>;

/** The same middleware for the pipeline. */
export const ofPromises =
  (middleware: FetchMiddleware): Middleware =>
  (next) =>
  (request) =>
    Effect.flatMap(Effect.context<never>(), (services) => {
      const run = Effect.runPromiseWith(services);
      return Effect.tryPromise({
        try: async (signal) => await middleware(request, (given) => run(next(given), { signal })),
        catch: (error) => error,
      }).pipe(Effect.catch((error) => (error instanceof SgpError ? Effect.fail(error) : Effect.die(error))));
    });

const isAnswer = (value: unknown): value is HttpResponse => {
  const { status, headers, body } = (value ?? {}) as Partial<HttpResponse>;
  return typeof status === "number" && typeof headers === "object" && headers !== null && typeof body === "string";
};

/** The fault of a middleware; `undefined` when its outcome stands. */
const faultOf = (outcome: Exit.Exit<HttpResponse, SgpError>): unknown => {
  if (Exit.isSuccess(outcome)) {
    return isAnswer(outcome.value) ? undefined : new TypeError("the middleware gave back no answer");
  }
  const failed = Exit.findError(outcome);
  if (Result.isSuccess(failed)) return undefined;
  const defect = Exit.findDefect(outcome);
  return Result.isSuccess(defect) ? defect.success : undefined;
};

// If the middleware exits while its inner attempt is running, the attempt is interrupted.
const unlessInterrupted =
  (request: Parameters<Attempt>[0]) =>
  (exit: Exit.Exit<HttpResponse, SgpError>): Effect.Effect<HttpResponse, SgpError> =>
    Exit.hasInterrupts(exit)
      ? Effect.fail(new SgpError({ reason: { _tag: "Aborted" }, ...circumstances(request) }))
      : exit;

/**
 * @param limitMillis how long the middleware may take itself, before it asks and after it was answered
 * @param report receives each fault
 */
export const isolateMiddleware =
  (middleware: Middleware, limitMillis: number, report: (error: unknown) => void): Middleware =>
  (next) =>
  (request) =>
    Effect.suspend(() => {
      const asked = Deferred.makeUnsafe<void>();
      const answered = Deferred.makeUnsafe<Exit.Exit<HttpResponse, SgpError>>();
      let hasAsked = false;
      let isOver = false;
      const nextOnce: Attempt = (given) =>
        Effect.suspend(() => {
          if (isOver) return Effect.die(new Error("the middleware called on after its time was up"));
          if (hasAsked) return Effect.die(new Error("the middleware asked twice"));
          hasAsked = true;
          Deferred.doneUnsafe(asked, Effect.void);
          return Effect.onExit(next(given), (exit) => Deferred.succeed(answered, exit));
        });

      const tooSlow = Effect.andThen(
        Effect.sleep(limitMillis),
        Effect.die(new Error(`the middleware takes longer than ${limitMillis} ms`)),
      );
      const watchdog = Effect.andThen(
        Effect.andThen(Effect.raceFirst(Deferred.await(asked), tooSlow), Deferred.await(answered)),
        tooSlow,
      );
      const work = Effect.raceFirst(
        Effect.suspend(() => middleware(nextOnce)(request)),
        watchdog,
      );
      return Effect.flatMap(Effect.exit(work), (outcome) => {
        isOver = true;
        const fault = faultOf(outcome);
        if (fault === undefined) return outcome;
        report(fault);
        return hasAsked ? Effect.flatMap(Deferred.await(answered), unlessInterrupted(request)) : next(request);
      });
    });
