/** Rows as CSV (RFC 4180), safe to open in a spreadsheet: what would be read as a formula is led by an apostrophe. */

const cell = (value: unknown): string => {
  if (value === undefined || value === null) return "";
  // A number is no formula, also a negative one.
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** @param rows each with as many values as there are names */
export const csvOf = (names: ReadonlyArray<string>, rows: Iterable<ReadonlyArray<unknown>>): string => {
  let text = `${names.map(cell).join(",")}\r\n`;
  for (const row of rows) text += `${row.map(cell).join(",")}\r\n`;
  return text;
};

/** Lets the reader save a text as a file. */
export const download = (name: string, text: string): void => {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
