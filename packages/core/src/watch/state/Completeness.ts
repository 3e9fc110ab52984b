/**
 * Verdicts on scans: complete, complete together with those before, a pass over the list as it was, or none of these; and the number of each.
 *
 * 1. A scan that saw as many items as there were when it began, while others came, is a pass: it says half as much of what it missed.
 * 2. Scans in a row that each miss something are joined (`Coverage`): once together they have seen everything, they are as good as one.
 * 3. After so many scans that are none of these the first pass is over all the same: what they saw is better than nothing.
 */
import { Coverage } from "./Coverage.ts";
import type { Scan, ScanResult } from "./Scan.ts";

const absenceInPass = 0.5;

// After so many complete scans in a row those that were not are forgotten.
const scansToForget = 8;

const scansForPass = 3;

/** A pass over the whole list: by one scan, or by several that are joined. */
export interface Pass {
  readonly seen: Scan | Coverage;
  /** The count when the first request of what has been seen began. */
  readonly began: number;
  /** How much it says that a task is missing, 1 for what saw everything. */
  readonly weight: number;
  /** Whether as many items came as the total says, each once; else a look at the task itself has to confirm that it is gone. */
  readonly isSure: boolean;
}

export class Completeness {
  readonly #coverage = new Coverage();
  #completeInRow = 0;
  #completeScans = 0;
  #incompleteScans = 0;
  #passes = 0;
  #isInterrupted: boolean;

  /** @param isInterrupted whether the first scan is not next to what is known */
  constructor(isInterrupted: boolean) {
    this.#isInterrupted = isInterrupted;
  }

  get completeScans(): number {
    return this.#completeScans;
  }

  /** How many scans have not seen everything since several in a row did. */
  get incompleteScans(): number {
    return this.#incompleteScans;
  }

  /** How often the whole list has been read to its end. */
  get passes(): number {
    return this.#passes;
  }

  /** Whether what comes is not next to what came last: something may have come and gone in between. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  interrupt(): void {
    this.#isInterrupted = true;
  }

  /**
   * Judges a scan that is over.
   *
   * @param listener `joined` is called where it is the first of those that are joined, `passed` with the pass that it makes or completes
   */
  judge(
    scan: Scan,
    result: ScanResult,
    listener: { readonly joined: () => void; readonly passed: (pass: Pass) => void },
  ): void {
    if (!result.isComplete) {
      this.#incompleteScans++;
      this.#completeInRow = 0;
    } else if (++this.#completeInRow >= scansToForget) this.#incompleteScans = 0;
    const { isComplete, repeated, total, items } = result;
    const isSure = isComplete && repeated === 0 && (total === undefined || items === total);
    const isCovered = !isComplete && this.#coverage.add(scan, result);
    if (this.#coverage.scans === 1) listener.joined();
    const passed = (seen: Scan | Coverage, weight: number) => {
      this.#passes++;
      listener.passed({ seen, began: seen.began, weight, isSure });
    };
    if (isComplete || isCovered) {
      this.#completeScans++;
      passed(isComplete ? scan : this.#coverage, 1);
      this.#coverage.clear();
    } else if (result.isPass) passed(scan, absenceInPass);
    else {
      this.#isInterrupted = true;
      if (this.#incompleteScans % scansForPass === 0) this.#passes++;
      return;
    }
    // Something may have come and gone between scans that only together saw everything.
    this.#isInterrupted = !isComplete;
  }
}
