/** Numbers as the report and the tables show them. */

/** A score, or what is like one: never 0 where it is not (NLTK's BLEU without smoothing gives 1e-155). */
export const formatScore = (value: number): string => {
  if (!Number.isFinite(value)) return "–";
  const fixed = value.toFixed(4);
  return value !== 0 && Number(fixed) === 0 ? value.toExponential(1) : fixed;
};

/** The least p value that so many samples can give. */
export const leastP = (samples: number): number => 1 / (samples + 1);

/** A bound above `1 / (samples + 1)` in as few digits as it takes: 0.001 for 1000. */
const boundOf = (samples: number): string => {
  const digits = Math.ceil(Math.log10(samples)) + 1;
  const unit = 10 ** digits;
  return String(Math.ceil(unit / samples - 1e-9) / unit);
};

/** A p value: never 0, since no number of samples shows that. */
export const formatP = (value: number, samples: number): string => {
  if (value <= leastP(samples)) return `<${boundOf(samples)}`;
  return value < 0.00005 ? value.toExponential(0) : value.toFixed(4);
};
