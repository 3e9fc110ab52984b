/** Tables whose columns people name themselves: MLflow's evaluation results, W&B tables, Hugging Face rows, and any other table. */
import {
  ExportError,
  type ExportReader,
  type ExportRecord,
  type Fields,
  isTextTable,
  type Sample,
  unreadable,
} from "./ExportReader.ts";
import { bothIn, placesIn, valueAt } from "./fields.ts";
import { get, has, idIn, isRow, kindOf, listOf, type Row, withoutItem } from "./row.ts";
import { answerText, textsOf } from "./text.ts";

/** Tables of text have lists as JSON or Python writes them. */
const isWrittenList = (value: unknown): boolean => typeof value === "string" && /^\s*\[.*\]\s*$/s.test(value);

/** A record that wraps its row as v5 locators see it. */
const unwrapped = (row: unknown): unknown => {
  const item = get(row, "item");
  return isRow(item) ? { ...item, id: get(row, "id") ?? item["id"] } : row;
};

const columnsOf = ({ columns, first }: Sample): ReadonlyArray<string> => {
  const row = unwrapped(first);
  return columns ?? (isRow(row) ? Object.keys(row) : []);
};

/** The column of ids. */
const idColumn = (columns: ReadonlyArray<string>): string =>
  columns.includes("id") ? "id" : (columns.find((column) => column.toLowerCase() === "id") ?? "id");

/** A Parquet column of bytes gives their number, which must not be scored as a text. */
const bytesCell = (row: Row, places: ReadonlyArray<string>): string | undefined => {
  const place = places.find((one) => isBytes(valueAt(row, one)));
  return place === undefined ? undefined : `the cell ${place} holds bytes; save the column as text`;
};

const isBytes = (value: unknown): boolean =>
  isRow(value) && typeof value["bytes"] === "number" && Object.keys(value).length === 1;

/** @param isText whether missing cells are empty texts: then there is no empty reference */
const record = (
  row: Row,
  id: string | undefined,
  candidate: string,
  reference: string,
  isText: boolean,
): ExportRecord => {
  const [output, expected] = [valueAt(row, candidate), valueAt(row, reference)];
  const { answer, references } = textsOf(output, expected);
  const problem = bytesCell(row, [candidate, reference]);
  return {
    ...{ id, answer, references: isText && expected === "" ? [] : references, run: {}, item: row },
    ...(problem !== undefined && { problem }),
  };
};

/** Of a column that was guessed and holds several texts (a pair of languages), none is the one that is meant. */
const placesOf = (columns: ReadonlyArray<string>, fields: Fields, row: unknown) => {
  const { candidate, reference } = bothIn(columns, fields);
  const [output, expected] = [valueAt(row, candidate), valueAt(row, reference)];
  const texts = isRow(expected) ? Object.keys(expected).filter((key) => typeof expected[key] === "string") : [];
  const isOneText = typeof output === "string" && !/^\s*\{/.test(output);
  if (fields.reference === undefined && isOneText && texts.length > 1 && answerText(expected)?.startsWith("{")) {
    const all = texts.slice(0, 5).map((key) => `--reference ${reference}.${key}`);
    throw new ExportError(`the column ${reference} holds several texts; say which: ${all.join(" or ")}`);
  }
  return { candidate, reference };
};

const openTable = (sample: Sample, fields: Fields) => {
  const { candidate, reference } = placesOf(columnsOf(sample), fields, unwrapped(sample.first));
  const isText = isTextTable(sample);
  const id = idColumn(columnsOf(sample));
  const read = (given: unknown) => {
    const row = unwrapped(given);
    return isRow(row) ? [record(row, idIn(row[id]), candidate, reference, isText)] : [];
  };
  const isOfLists = isText && isWrittenList(valueAt(sample.first, reference));
  const lists = isOfLists && !isWrittenList(valueAt(sample.first, candidate));
  return {
    read,
    candidate,
    reference: lists ? `${reference}, whose lists are read as one text each: JSON Lines keeps lists` : reference,
  };
};

const isSplit = ({ head }: Sample): boolean => head.list === "data" && Array.isArray(get(head.value, "columns"));

const isMlflow = (sample: Sample): boolean =>
  columnsOf(sample).some((column) => /\/v\d+\/(score|justification|rating)/.test(column)) ||
  (has(sample.first, "inputs", "outputs") && get(sample.head.value, "_type") === undefined);

export const mlflow: ExportReader = {
  name: "mlflow",
  title: "MLflow evaluation table",
  recognises: (sample) =>
    (isSplit(sample) || sample.columns !== undefined) &&
    (isSplit(sample) ? isMlflow(sample) : columnsOf(sample).some((column) => /\/v\d+\/score$/.test(column))),
  open: (sample, fields) => {
    const candidate = fields.candidate ?? (columnsOf(sample).includes("outputs") ? "outputs" : undefined);
    return openTable(sample, { ...fields, candidate });
  },
};

/** An image, a sound or another table in a cell is an object with its kind. */
const mediaCell = (row: unknown, places: ReadonlyArray<string>): string | undefined => {
  const place = places.find((one) => has(valueAt(row, one), "_type"));
  return place === undefined
    ? undefined
    : `the cell ${place} holds no text: it is of W&B's kind ${String(get(valueAt(row, place), "_type"))}`;
};

export const wandb: ExportReader = {
  name: "wandb",
  title: "W&B table",
  writesPython: true,
  recognises: (sample) => isSplit(sample) && !isMlflow(sample),
  open: (sample, fields) => {
    const { read, candidate, reference } = openTable(sample, fields);
    const checked = (row: unknown) => {
      const problem = mediaCell(row, [candidate, reference]);
      return problem === undefined ? read(row) : read(row).map((one) => ({ ...one, problem }));
    };
    return { read: checked, candidate, reference };
  },
};

/** A cell that was cut begins like JSON and is none: it must never be scored. */
const cutCells = (row: Row, places: ReadonlyArray<string>): string | undefined => {
  const cut = listOf(row["truncated_cells"]).map(String);
  const hit = places.find((place) => cut.includes(place.split(".")[0]!));
  return hit === undefined ? undefined : `the cell ${hit} was cut by the dataset viewer; read the Parquet file instead`;
};

export const huggingface: ExportReader = {
  name: "huggingface",
  title: "Hugging Face rows",
  recognises: ({ first }) => has(first, "row_idx", "row"),
  shows: (row) => isRow(get(row, "row")),
  open: ({ first, head }, fields) => {
    const features = listOf(get(head.value, "features")).map((one) => String(get(one, "name")));
    const inner = get(first, "row");
    const columns = features.length > 0 ? features : isRow(inner) ? Object.keys(inner) : [];
    const named = (path: string | undefined) => path && withoutItem(path).replace(/^row\./, "");
    const said = { candidate: named(fields.candidate), reference: named(fields.reference) };
    const { candidate, reference } = placesOf(columns, said, inner);
    const id = idColumn(columns);
    const read = (row: unknown): ReadonlyArray<ExportRecord> => {
      const cells = get(row, "row");
      if (!isRow(row)) return [];
      if (!isRow(cells)) return [unreadable(row, idIn(row["row_idx"]), `its row is ${kindOf(cells)}, not an object`)];
      const problem = cutCells(row, [candidate, reference]);
      const one = record(cells, idIn(cells[id]) ?? idIn(row["row_idx"]), candidate, reference, false);
      return [problem === undefined ? one : { ...one, problem }];
    };
    return { read, candidate, reference };
  },
};

/** Any other rows: by the columns that are named, or have one of the usual names. */
export const table: ExportReader = {
  name: "table",
  title: "table",
  recognises: () => false,
  shows: (row, fields) =>
    isReadableTable({ first: row, columns: undefined, head: { value: undefined, list: undefined } }, fields),
  open: (sample, fields) => {
    if (columnsOf(sample).length === 0) throw new ExportError("these are no rows with columns");
    return openTable(sample, fields);
  },
};

/** Whether both texts of plain rows stand where they usually do, or where it was said. */
export const isReadableTable = (sample: Sample, fields: Fields): boolean => {
  const { candidate, reference } = placesIn(columnsOf(sample), fields);
  return candidate !== undefined && reference !== undefined;
};
