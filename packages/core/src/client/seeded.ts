/**
 * A repeatable source of chance: small, evenly spread over [0, 1), and nothing to keep secrets with.
 *
 * The generator is PractRand's sfc32 (three words and a counter); the seed's text is spread over its words by FNV-1a.
 */
import type * as Random from "effect/Random";

const fnvPrime = 16_777_619;

export const seeded = (seed: string | number): (typeof Random.Random)["Service"] => {
  let hash = 2_166_136_261;
  for (const letter of String(seed)) hash = Math.imul(hash ^ letter.codePointAt(0)!, fnvPrime);
  let [a, b, c, counter] = [hash, Math.imul(hash, fnvPrime), ~hash, 1];
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers still show the seed.
  for (let round = 0; round < 12; round++) next();
  const nextDoubleUnsafe = () => next();
  return {
    nextDoubleUnsafe,
    nextIntUnsafe: () => Math.floor((2 * nextDoubleUnsafe() - 1) * Number.MAX_SAFE_INTEGER),
  };
};
