/**
 * TER's edits: shifts of runs of words, taken greedily while they lower the edit distance, and what distance is left.
 *
 * Which shifts are tried, in which order, and when the search gives up are Tercom's heuristics; they decide the number.
 *
 * Source: sacrebleu 2.6.0 `lib_ter`; Snover et al. 2006, "A Study of Translation Edit Rate with Targeted Human Annotation".
 */
import { BeamDistance, type Shift, Step } from "./BeamDistance.ts";

const maximumLength = 10;
const maximumDistance = 50;
const maximumCandidates = 1000;

/** How hypothesis and reference lie on each other. */
interface Alignment {
  /** Per word of the reference: the word of the hypothesis it lies on, or the last one before it; -1 when there is none. */
  readonly places: Int32Array;
  /** Entry i: errors among the first i words. */
  readonly hypothesisErrors: Int32Array;
  readonly referenceErrors: Int32Array;
}

const alignmentOf = (distance: BeamDistance, referenceLength: number): Alignment => {
  const places = new Int32Array(referenceLength);
  const hypothesisErrors = new Int32Array(distance.words.length + 1);
  const referenceErrors = new Int32Array(referenceLength + 1);
  let [mine, theirs] = [0, 0];
  for (const step of distance.steps()) {
    const error = step === Step.same ? 0 : 1;
    if (step !== Step.insert) {
      mine++;
      hypothesisErrors[mine] = hypothesisErrors[mine - 1]! + error;
    }
    if (step !== Step.delete) {
      places[theirs] = mine - 1;
      theirs++;
      referenceErrors[theirs] = referenceErrors[theirs - 1]! + error;
    }
  }
  return { places, hypothesisErrors, referenceErrors };
};

/** Where each word stands in the reference, in rising order. */
const placesOf = (words: Int32Array): Map<number, Array<number>> => {
  const places = new Map<number, Array<number>>();
  words.forEach((word, at) => {
    const known = places.get(word);
    if (known === undefined) places.set(word, [at]);
    else known.push(at);
  });
  return places;
};

/** Index of the first entry that is at least `value`. */
const lowerBound = (sorted: ReadonlyArray<number>, value: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A run of words that both texts have. */
interface Run {
  readonly start: number;
  readonly place: number;
  readonly length: number;
}

/**
 * Every run of up to ten words that starts at most fifty words apart, by start, then place, then length; but for those that no error
 * of either text is within reach of, which may not move anyway.
 */
function* runs(
  words: Int32Array,
  reference: Int32Array,
  places: Map<number, Array<number>>,
  { hypothesisErrors, referenceErrors }: Alignment,
): Generator<Run> {
  const isRight = (errors: Int32Array, at: number) =>
    errors[Math.min(at + maximumLength, errors.length - 1)] === errors[at];
  for (let start = 0; start < words.length; start++) {
    if (isRight(hypothesisErrors, start)) continue;
    const same = places.get(words[start]!) ?? [];
    for (let index = lowerBound(same, start - maximumDistance); index < same.length; index++) {
      const place = same[index]!;
      if (place > start + maximumDistance) break;
      if (isRight(referenceErrors, place)) continue;
      const most = Math.min(maximumLength, words.length - start, reference.length - place);
      for (let length = 1; length <= most && words[start + length - 1] === reference[place + length - 1]; length++) {
        yield { start, place, length };
      }
    }
  }
}

/** Where a run may be put, without repeating one place: before the word that each word of the run, and the one before, lies on. */
function* targets({ place, length }: Run, places: Int32Array): Generator<number> {
  let previous = -1;
  for (let at = place - 1; at < place + length; at++) {
    const target = at === -1 ? 0 : places[at]! + 1;
    if (target !== previous) yield target;
    previous = target;
  }
}

/** Whether the run is wrong where it is, its place is wrong too, and that place lies outside the run. */
const mayMove = ({ start, place, length }: Run, alignment: Alignment): boolean => {
  const { places, hypothesisErrors, referenceErrors } = alignment;
  const target = places[place]!;
  return (
    hypothesisErrors[start + length] !== hypothesisErrors[start] &&
    referenceErrors[place + length] !== referenceErrors[place] &&
    (target < start || target >= start + length)
  );
};

interface Candidate extends Shift {
  /** Edits it saves. */
  readonly gain: number;
}

/** More gain first, then the longer run, then the earlier start, then the earlier target. */
const isBetter = (one: Candidate, other: Candidate): boolean =>
  (one.gain - other.gain || one.length - other.length || other.start - one.start || other.target - one.target) > 0;

/**
 * The edits of TER between two texts, as word numbers: shifts made, plus the edit distance they leave.
 *
 * @returns the length of the hypothesis when the reference is empty
 */
export const translationEdits = (hypothesis: Int32Array, reference: Int32Array): number => {
  if (reference.length === 0) return hypothesis.length;
  const distance = new BeamDistance(hypothesis, reference);
  const places = placesOf(reference);
  let shifts = 0;
  let tried = 0;
  for (;;) {
    const before = distance.distance;
    const alignment = alignmentOf(distance, reference.length);
    let best: Candidate | undefined;
    for (const run of runs(distance.words, reference, places, alignment)) {
      if (!mayMove(run, alignment)) continue;
      for (const target of targets(run, alignment.places)) {
        const shift = { start: run.start, length: run.length, target };
        const candidate = { ...shift, gain: before - distance.distanceAfter(shift) };
        tried++;
        if (best === undefined || isBetter(candidate, best)) best = candidate;
      }
      if (tried >= maximumCandidates) break;
    }
    if (tried >= maximumCandidates || best === undefined || best.gain <= 0) return shifts + before;
    distance.shift(best);
    shifts++;
  }
};
