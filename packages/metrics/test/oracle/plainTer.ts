/**
 * TER's edits as its reference implementation goes about it, with the whole table filled again for every shift: sacrebleu 2.6.0's
 * heuristics, nothing kept, nothing skipped.
 */

const infinity = Number.POSITIVE_INFINITY;

interface Cell {
  readonly cost: number;
  readonly step: "none" | "same" | "substitute" | "delete" | "insert";
}

const table = (words: ReadonlyArray<string>, reference: ReadonlyArray<string>): Array<Array<Cell>> => {
  const ratio = words.length > 0 ? reference.length / words.length : 1;
  const beam = 25 < ratio / 2 ? Math.ceil(ratio / 2 + 25) : 25;
  const rows: Array<Array<Cell>> = [
    Array.from({ length: reference.length + 1 }, (_, cost) => ({ cost, step: "insert" })),
  ];
  for (let i = 1; i <= words.length; i++) {
    const row: Array<Cell> = Array.from({ length: reference.length + 1 }, () => ({ cost: infinity, step: "none" }));
    rows.push(row);
    const diagonal = Math.floor(i * ratio);
    const end = i === words.length ? reference.length + 1 : Math.min(reference.length + 1, diagonal + beam);
    for (let j = Math.max(0, diagonal - beam); j < end; j++) {
      const same = j > 0 && words[i - 1] === reference[j - 1];
      const ways: Array<Cell> = [
        { cost: (rows[i - 1]![j - 1]?.cost ?? infinity) + (same ? 0 : 1), step: same ? "same" : "substitute" },
        { cost: rows[i - 1]![j]!.cost + 1, step: "delete" },
        { cost: (row[j - 1]?.cost ?? infinity) + 1, step: "insert" },
      ];
      for (const way of ways) if (way.cost < row[j]!.cost) row[j] = way;
    }
  }
  return rows;
};

const align = (rows: ReadonlyArray<ReadonlyArray<Cell>>) => {
  let [i, j] = [rows.length - 1, rows[0]!.length - 1];
  const steps: Array<Cell["step"]> = [];
  while (i > 0 || j > 0) {
    const { step } = rows[i]![j]!;
    steps.unshift(step);
    if (step !== "insert") i--;
    if (step !== "delete") j--;
  }
  const places: Array<number> = [];
  const [wrong, wrongReference]: [Array<boolean>, Array<boolean>] = [[], []];
  for (const step of steps) {
    if (step !== "insert") wrong.push(step !== "same");
    if (step === "delete") continue;
    places.push(wrong.length - 1);
    wrongReference.push(step !== "same");
  }
  return { places, wrong, wrongReference };
};

const moved = (words: ReadonlyArray<string>, start: number, length: number, target: number): Array<string> => {
  const block = words.slice(start, start + length);
  const rest = [...words.slice(0, start), ...words.slice(start + length)];
  // Before the run, the place is as given; behind it, the run is gone from before the place; inside, it moves by so many words.
  const at = target < start ? target : target > start + length ? target - length : target;
  return [...rest.slice(0, at), ...block, ...rest.slice(at)];
};

/** Shifts plus the edit distance they leave. */
export const plainTranslationEdits = (hypothesis: ReadonlyArray<string>, reference: ReadonlyArray<string>): number => {
  if (reference.length === 0) return hypothesis.length;
  const distance = (words: ReadonlyArray<string>) => table(words, reference)[words.length]![reference.length]!.cost;
  let words = [...hypothesis];
  let [shifts, tried] = [0, 0];
  for (;;) {
    const before = distance(words);
    const { places, wrong, wrongReference } = align(table(words, reference));
    let best: { rank: ReadonlyArray<number>; words: Array<string> } | undefined;
    search: for (let start = 0; start < words.length; start++) {
      for (let place = 0; place < reference.length; place++) {
        if (Math.abs(place - start) > 50) continue;
        for (let length = 1; length <= 10; length++) {
          if (words[start + length - 1] === undefined || words[start + length - 1] !== reference[place + length - 1])
            break;
          const isWrong = wrong.slice(start, start + length).includes(true);
          if (!isWrong || !wrongReference.slice(place, place + length).includes(true)) continue;
          if (places[place]! >= start && places[place]! < start + length) continue;
          let previous = -1;
          for (let at = place - 1; at < place + length; at++) {
            const target = at === -1 ? 0 : places[at]! + 1;
            if (target === previous) continue;
            previous = target;
            const shifted = moved(words, start, length, target);
            const rank = [before - distance(shifted), length, -start, -target];
            tried++;
            const difference =
              best && rank.map((value, index) => value - best!.rank[index]!).find((value) => value !== 0);
            if (best === undefined || (difference ?? 0) > 0) best = { rank, words: shifted };
          }
          if (tried >= 1000) break search;
        }
      }
    }
    if (tried >= 1000 || best === undefined || best.rank[0]! <= 0) return shifts + before;
    words = best.words;
    shifts++;
  }
};
