/**
 * Handing in one answer under a lease, persistently: until it is stored, or it is known that it will not be.
 *
 * 1. It is sent again after a failure as long as the lease surely holds, with growing pauses.
 * 2. Where a request may have been carried out without an answer, the result is read until it says so or not, which is allowed after the lease too.
 * 3. It ends as stored, as refused because of the answer itself, or as lost with the reason.
 * 4. When the worker stops hard it has a time of grace; then it is given up, looked at once more for as long at most, and reported as
 *    `unconfirmed` unless it is found.
 */
import type { Transport } from "@evalwire/core";
import type { AnswerIssue } from "@evalwire/core/contract";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import { isPassing } from "../carryOut.ts";
import type { LostReason } from "../lease/diagnose.ts";
import type { HandInArgs, HeldLease } from "../lease/HeldLease.ts";
import { growing } from "../pause.ts";
import { confirm } from "../submit.ts";
import type { Stopping } from "./Stopping.ts";

export type HandedIn =
  | { readonly _tag: "Stored" }
  /** The answer breaks a rule, by our check or by the server's. */
  | { readonly _tag: "Refused"; readonly error: Error; readonly isServers: boolean }
  | { readonly _tag: "Lost"; readonly reason: LostReason | "unconfirmed" | "stopped"; readonly error?: Error };

const pauses = [500, 8_000] as const;
const readings = 5;

const inWords = (issues: ReadonlyArray<AnswerIssue>): Error =>
  new Error(`The answer breaks a rule: ${issues.map(({ message }) => message).join("; ")}.`);

/** Whether the answer is stored, read several times where reading fails. */
const isStored = (lease: HeldLease, args: HandInArgs): Effect.Effect<boolean, never, Transport> =>
  Effect.gen(function* () {
    for (let nth = 0; nth < readings; nth++) {
      const found = yield* Effect.result(confirm(lease.task, "submit", args.result));
      if (Result.isSuccess(found)) return found.success !== undefined;
      yield* Effect.sleep(yield* growing(nth, pauses));
    }
    return false;
  });

export const handIn = (
  lease: HeldLease,
  args: HandInArgs,
  stopping: Stopping,
  graceMillis: number,
): Effect.Effect<HandedIn, never, Transport> =>
  Effect.gen(function* () {
    const end = yield* stopping.within(graceMillis, untilKnown(lease, args, stopping));
    if (end !== undefined) return end;
    const found = yield* Effect.timeoutOption(Effect.result(confirm(lease.task, "submit", args.result)), graceMillis);
    if (Option.isSome(found) && Result.isSuccess(found.value) && found.value.success !== undefined) {
      return { _tag: "Stored" };
    }
    return { _tag: "Lost", reason: "unconfirmed", error: new Error("The worker stopped before an answer came.") };
  });

const untilKnown = (
  lease: HeldLease,
  args: HandInArgs,
  stopping: Stopping,
): Effect.Effect<HandedIn, never, Transport> =>
  Effect.gen(function* () {
    let inDoubt: Error | undefined;
    const lost = (reason: LostReason, error: Error | undefined): HandedIn => ({
      _tag: "Lost",
      reason,
      ...(error === undefined ? {} : { error }),
    });
    const unlessStored = function* (end: HandedIn) {
      if (inDoubt === undefined) return end;
      if (yield* isStored(lease, args)) return { _tag: "Stored" } as const;
      return { _tag: "Lost", reason: "unconfirmed", error: inDoubt } as const;
    };
    for (let nth = 0; ; nth++) {
      const sent = yield* Effect.result(lease.handIn("submit", args));
      if (Result.isSuccess(sent)) {
        const submission = sent.success;
        switch (submission._tag) {
          case "Done":
            return { _tag: "Stored" };
          case "Invalid":
            return { _tag: "Refused", error: inWords(submission.issues), isServers: false };
          case "Late":
            return yield* unlessStored(lost(lease.lost ?? "expired", undefined));
          case "Conflict":
            return yield* unlessStored(lost(lease.lost ?? "refused", submission.error));
          case "NotPossible":
            return lost("refused", new Error(`The task is ${submission.status} and cannot be handed in.`));
          case "Unconfirmed":
            inDoubt ??= submission.error ?? new Error("No answer came before the lease could have ended.");
            return yield* unlessStored(lost("expired", undefined));
        }
      }
      const error = sent.failure;
      if (error.inDoubt === true) inDoubt = error;
      if (error.reason._tag === "Invalid" && error.status !== undefined)
        return { _tag: "Refused", error, isServers: true };
      if (!isPassing(error)) return yield* unlessStored(lost(lease.lost ?? "refused", error));
      if (stopping.isHard) return yield* unlessStored({ _tag: "Lost", reason: "stopped", error });
      yield* Effect.raceFirst(
        Effect.sleep(Math.min(yield* growing(nth, pauses), lease.remainingMillis() + 1)),
        stopping.isSoft ? Effect.never : stopping.bell.wait(Number.POSITIVE_INFINITY),
      );
    }
  });
