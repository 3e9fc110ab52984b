#!/usr/bin/env bash
# @huggingface/transformers 4.3.1: a text that is longer than max_length is cut together with the marker behind it. BERT's [SEP] is lost,
# though the models were trained with it there, and the same tokenizer.json in Hugging Face's tokenizers (Rust, here 0.6.0 of the binding
# @anush008/tokenizers; Python's transformers uses the same) cuts the text only and keeps the marker.
# Seen: of four words, cut to five tokens, one gives [CLS] one two three four, the other [CLS] one two three [SEP].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error @huggingface/transformers@4.3.1 @anush008/tokenizers@0.6.0 > /dev/null

node --input-type=module <<'JS'
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { Tokenizer } from "@anush008/tokenizers";
import { AutoTokenizer } from "@huggingface/transformers";

const words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "one", "two", "three", "four"];
const special = (id) => ({ id: words.indexOf(id), content: id, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
const marker = (id) => ({ SpecialToken: { id, type_id: 0 } });
const tokenizer = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: words.slice(0, 4).map(special),
  normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [marker("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, marker("[SEP]")],
    pair: [marker("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, marker("[SEP]"), { Sequence: { id: "B", type_id: 1 } }, marker("[SEP]")],
    special_tokens: Object.fromEntries(["[CLS]", "[SEP]"].map((id) => [id, { id, ids: [words.indexOf(id)], tokens: [id] }])),
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab: Object.fromEntries(words.map((word, id) => [word, id])) },
};
mkdirSync("model");
writeFileSync("model/tokenizer.json", JSON.stringify(tokenizer));
writeFileSync("model/tokenizer_config.json", JSON.stringify({ tokenizer_class: "BertTokenizer", model_max_length: 512, cls_token: "[CLS]", sep_token: "[SEP]", pad_token: "[PAD]", unk_token: "[UNK]" }));

const text = "one two three four";
const javascript = await AutoTokenizer.from_pretrained("./model", { local_files_only: true });
const seen = (ids) => Array.from(ids, (id) => words[Number(id)]);
const cut = seen(javascript(text, { truncation: true, max_length: 5 }).input_ids.data);
const rust = Tokenizer.fromString(JSON.stringify(tokenizer));
rust.setTruncation(5);
const right = seen((await rust.encode(text)).getIds());
console.log("transformers:", cut.join(" "));
console.log("tokenizers:  ", right.join(" "));
assert.deepEqual(cut, ["[CLS]", "one", "two", "three", "four"]);
assert.deepEqual(right, ["[CLS]", "one", "two", "three", "[SEP]"]);
// Without a cut both keep it.
assert.equal(seen(javascript(text).input_ids.data).at(-1), "[SEP]");
JS
