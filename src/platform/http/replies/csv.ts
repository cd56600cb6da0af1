/** One field of a table; null is an empty one. */
export type Cell = string | number | null;

/** A number as we write it: spreadsheets may count with it. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** What makes a spreadsheet take a field for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/;

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const inert = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/**
 * A table as comma-separated values (RFC 4180): CRLF after every line, the first one the names of the columns. Text that
 * a spreadsheet would take for a formula gets an apostrophe in front and stays text; numbers stay numbers.
 */
export const writeCsv = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
