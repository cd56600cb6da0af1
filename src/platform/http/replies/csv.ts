/** A field; null is an empty field. */
export type Cell = string | number | null;

/** A number, which stays a number in spreadsheets. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** First characters that make a spreadsheet evaluate a field as a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const inert = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/**
 * Writes a table as comma-separated values (RFC 4180) with CRLF line ends and a header line. Text that a spreadsheet would
 * evaluate as a formula gets an apostrophe in front; numbers stay numbers.
 */
export const writeCsv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
