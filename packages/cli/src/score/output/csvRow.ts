/**
 * One record of CSV with its line end, as RFC 4180 has it: a field with a comma, a quote or a line break stands in quotes, and a
 * quote in it is doubled.
 */
export const csvRow = (fields: ReadonlyArray<string>): string => `${fields.map(field).join(",")}\r\n`;

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A text that no spreadsheet takes for a formula: an apostrophe stands before what begins like one. It changes the text, so it is done
 * only where it was requested. Source: OWASP, "CSV Injection".
 */
export const spreadsheetSafe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
