/**
 * The right embeddings and scores, by plain loops in double precision, one text at a time and without padding: BertModel
 * (Devlin et al. 2019), the mean of sentence-transformers, and BERTScore as bert_score computes it (Zhang et al. 2020; greedy matching
 * over all tokens, those of markers without weight).
 */
import { geometry } from "./makeModel.mjs";

/** Gauss's error function: its series up to 3, beyond it a continued fraction. */
const erf = (x) => {
  const size = Math.abs(x);
  if (size < 3) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction));
};

const dot = (left, right) => left.reduce((sum, value, at) => sum + value * right[at], 0);
const plus = (left, right) => left.map((value, at) => value + right[at]);

/** The last layer: a vector for each id. */
export const hiddenOf = (weights, ids) => {
  const { layers, heads, hidden, epsilon } = geometry;
  const row = (name, at) => Array.from(weights[name].data.subarray(at * hidden, (at + 1) * hidden));
  const dense = (vector, name) => {
    const { data, dims } = weights[`${name}.matrix`];
    return Array.from(weights[`${name}.bias`].data, (bias, to) =>
      vector.reduce((sum, value, from) => sum + value * data[from * dims[1] + to], bias),
    );
  };
  const normed = (vector, name) => {
    const mean = vector.reduce((sum, value) => sum + value, 0) / hidden;
    const spread = Math.sqrt(vector.reduce((sum, value) => sum + (value - mean) ** 2, 0) / hidden + epsilon);
    const { [`${name}.gain`]: gain, [`${name}.shift`]: shift } = weights;
    return vector.map((value, at) => ((value - mean) / spread) * gain.data[at] + shift.data[at]);
  };
  let state = ids.map((id, at) => normed(plus(plus(row("words", id), row("types", 0)), row("positions", at)), "start"));
  const width = hidden / heads;
  for (let layer = 0; layer < layers; layer++) {
    const [queries, keys, values] = ["query", "key", "value"].map((part) =>
      state.map((vector) => dense(vector, `${layer}.${part}`)),
    );
    const attended = queries.map((query) =>
      Array.from({ length: heads }, (_, head) => {
        const part = (vector) => vector.slice(head * width, (head + 1) * width);
        const logits = keys.map((key) => dot(part(query), part(key)) / Math.sqrt(width));
        const highest = Math.max(...logits);
        const shares = logits.map((logit) => Math.exp(logit - highest));
        const all = shares.reduce((sum, share) => sum + share, 0);
        return part(values[0]).map(
          (_, at) =>
            dot(
              shares,
              values.map((value) => value[head * width + at]),
            ) / all,
        );
      }).flat(),
    );
    state = state.map((vector, at) => {
      const middle = normed(plus(vector, dense(attended[at], `${layer}.out`)), `${layer}.attended`);
      const wide = dense(middle, `${layer}.wide`).map((value) => (value / 2) * (1 + erf(value / Math.SQRT2)));
      return normed(plus(middle, dense(wide, `${layer}.narrow`)), `${layer}.end`);
    });
  }
  return state;
};

const cosineOf = (left, right) => dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));

/** Cosine of the means of two texts' vectors, those of markers included. */
export const embeddingCosineOf = (candidate, reference) => {
  const mean = ({ vectors }) =>
    vectors[0].map((_, at) => vectors.reduce((sum, vector) => sum + vector[at], 0) / vectors.length);
  return cosineOf(mean(candidate), mean(reference));
};

/** @param candidate, reference { vectors, special }: for each vector, whether it is a marker's */
export const bertScoreOf = (candidate, reference) => {
  const part = (mine, theirs) => {
    const own = mine.vectors.filter((_, at) => !mine.special[at]);
    const best = own.map((vector) => Math.max(...theirs.vectors.map((other) => cosineOf(vector, other))));
    return best.reduce((sum, cosine) => sum + cosine, 0) / best.length;
  };
  if ([candidate, reference].some(({ special }) => special.every(Boolean)))
    return { precision: 0, recall: 0, fmeasure: 0 };
  const [precision, recall] = [part(candidate, reference), part(reference, candidate)];
  return { precision, recall, fmeasure: (2 * precision * recall) / (precision + recall) };
};
