/** The standard normal distribution: its function and the inverse, to a few last bits. */

/** 2/√π Σ zⁿ…: all terms are positive, so nothing cancels. */
const erfSeries = (z: number): number => {
  let term = z;
  let total = z;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= (2 * z * z) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * total;
};

/** For z from 2.5 on, by the continued fraction. */
const erfcFraction = (z: number): number => {
  let fraction = z;
  for (let n = 60; n > 0; n--) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
};

/** The probability of a value up to `x`. */
export const normalCdf = (x: number): number => {
  const z = Math.abs(x) / Math.SQRT2;
  if (Number.isNaN(z)) return z;
  const tail = z < 2.5 ? (1 - erfSeries(z)) / 2 : z < 40 ? erfcFraction(z) / 2 : 0;
  return x < 0 ? tail : 1 - tail;
};

/** The value that this probability lies below; infinite at 0 and 1. */
export const normalQuantile = (probability: number): number => {
  if (!(probability > 0 && probability < 1)) {
    return probability === 0 ? Number.NEGATIVE_INFINITY : probability === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  }
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  // Hastings' approximation (Abramowitz and Stegun 26.2.23), then Halley's steps.
  let x = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(x) - tail) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    x -= error / (1 + (x * error) / 2);
  }
  return probability < 0.5 ? x : -x;
};
