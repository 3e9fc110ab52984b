import { describe, expect, it } from "vitest";
import { aggregateRouge } from "../../src/stats/index.ts";
import { golden } from "../golden.ts";

type Triple = readonly [number, number, number];
const scoreOf = ([precision, recall, fmeasure]: Triple) => ({ precision, recall, fmeasure });

const sentences = new Map(golden("rouge").map((line) => [line.id, line]));

describe("has BootstrapAggregator's figures to the last bit", () => {
  it.each(golden("rouge_aggregate"))("$id", (line) => {
    const { params, expected } = line as any;
    const types = params.type_order as Array<string>;
    const rows = line.items!.map((id) => {
      const found = sentences
        .get(id)!
        .cases.find((one) => one.params.use_stemmer && one.params.rouge_types.length === 7)!;
      return Object.fromEntries(types.map((type) => [type, scoreOf(found.expected[type])]));
    });
    const corpus = aggregateRouge(rows, {
      seed: params.numpy_seed,
      samples: params.n_samples,
      confidence: params.confidence_interval,
    });
    for (const type of types) {
      expect(corpus[type]!.mean, type).toMatchObject(scoreOf(expected.mean[type]));
      for (const bound of ["low", "mid", "high"] as const) {
        expect(corpus[type]![bound], `${type} ${bound}`).toMatchObject(scoreOf(expected.bootstrap[type][bound]));
      }
    }
  });
});

const half = scoreOf([0.5, 0.5, 0.5]);

it("low <= mid <= high, and one row is its own interval", () => {
  const { rouge1 } = aggregateRouge([{ rouge1: half }]);
  expect([rouge1.low, rouge1.mid, rouge1.high, rouge1.mean]).toEqual([half, half, half, half]);
  const rows = Array.from({ length: 30 }, (_, index) => ({ rouge1: scoreOf([index / 30, 1 - index / 30, 0.5]) }));
  const { rouge1: many } = aggregateRouge(rows, { seed: 1, samples: 200 });
  expect(many.low.precision).toBeLessThan(many.mid.precision);
  expect(many.mid.precision).toBeLessThan(many.high.precision);
});

it("refuses no rows, rows that differ in types, and options out of range", () => {
  expect(() => aggregateRouge([])).toThrow(/no scores/);
  expect(() => aggregateRouge([{ rouge1: half }, {} as never])).toThrow(/row 1 has no rouge1/);
  expect(() => aggregateRouge([{ rouge1: half }], { seed: -1 })).toThrow(/seed/);
  expect(() => aggregateRouge([{ rouge1: half }], { samples: 0 })).toThrow(/samples/);
  expect(() => aggregateRouge([{ rouge1: half }], { confidence: 1 })).toThrow(/confidence/);
});
