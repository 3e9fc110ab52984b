/** Pairs of candidate and reference: short and long, empty, of one token, with accents, in other scripts, of unknown letters. */
const long = (count, words) => Array.from({ length: count }, (_, at) => words[(at * at + at) % words.length]).join(" ");
const harbour = ["ferry", "harbour", "storm", "the", "stays", "in", "unseaworthy", "2,417", "pilots", "—", "naïvely"];

export const pairs = [
  ["The ferry stays in port.", "The storm keeps the ferry in port."],
  ["The ferry stays in port.", "The ferry stays in port."],
  ["", "The ferry stays in port."],
  ["The ferry stays in port.", ""],
  ["", ""],
  ["   \n ", "port"],
  ["port", "port"],
  ["port", "harbour"],
  ["port", "The storm keeps the ferry in port."],
  ["Unbelievably, antidisestablishmentarianism won 7:3!", "antidisestablishmentarianism lost, 3-7"],
  [" leading and trailing ", "leading and trailing"],
  [long(150, harbour), long(149, harbour)],
  [long(700, harbour), long(690, harbour)],
  [long(600, harbour), "harbour"],
  ["Die Fähre bleibt im Hafen.", "Der Sturm hält die Fähre im Hafen."],
  ["Le bac reste à quai, naïvement.", "Le bac reste a quai, naivement."],
  ["渡船停在港口。", "暴风雨使渡船留在港口。"],
  ["フェリーは港に泊まる", "嵐でフェリーは港にいる"],
  ["Паром стоит в порту", "Паром остаётся в порту"],
  ["العبارة تبقى في الميناء", "العاصفة تبقي العبارة"],
  ["🛳️ in port", "⚓ in port"],
  ["def f(x):\n\treturn x**2", "lambda x: x ** 2"],
  [`${"supercalifragilistic".repeat(9)} word`, "word"],
  ["[SEP] in a text", "in a [MASK] text"],
];
