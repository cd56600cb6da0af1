import { invalidFile } from '../domain/errors.js';
import type { Row } from '../domain/statement-file.js';

const QUOTE = '"'.charCodeAt(0);
const NEWLINE = '\n'.charCodeAt(0);

const MOST_CHARACTERS_IN_A_ROW = 64 * 1024;

type State = 'before cell' | 'plain' | 'quoted' | 'after quote';

/**
 * An incremental parser of comma-separated values (RFC 4180), which keeps only the current row. Lines end in LF; a quoted cell
 * may contain several. A quote that neither opens nor closes a cell is an ordinary character, because banks do not escape
 * names: `"Bar "Zur Post" KG"`.
 */
export class CsvRows {
  readonly #delimiter: number;
  #state: State = 'before cell';
  #cells: string[] = [];
  #cell = '';
  /** Characters of the finished cells of the current row. */
  #length = 0;
  #line = 1;
  #rowBegins = 1;
  #quoteBegins = 1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** The rows that end within `text`. 422 `invalid-file` for a row of more than 64 Ki characters. */
  push(text: string): Row[] {
    const rows: Row[] = [];
    /** Start of the characters that are not yet copied to the cell. */
    let run = 0;
    const take = (end: number): void => {
      this.#cell += text.slice(run, end);
      if (this.#length + this.#cell.length > MOST_CHARACTERS_IN_A_ROW)
        throw invalidFile('A row is longer than 64 KiB.', this.#rowBegins);
    };
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === NEWLINE) this.#line += 1;
      if (this.#state === 'quoted') {
        if (unit !== QUOTE) continue;
        take(at);
        run = at + 1;
        this.#state = 'after quote';
      } else if (unit === this.#delimiter || unit === NEWLINE) {
        take(at);
        run = at + 1;
        this.#endCell();
        if (unit === NEWLINE) rows.push(this.#endRow());
      } else if (this.#state === 'after quote') {
        // A doubled quote is an escaped one; a quote inside a cell is an ordinary character.
        this.#cell += '"';
        if (unit === QUOTE) run = at + 1;
        this.#state = 'quoted';
      } else if (this.#state === 'before cell') {
        this.#state = unit === QUOTE ? 'quoted' : 'plain';
        if (unit !== QUOTE) continue;
        run = at + 1;
        this.#quoteBegins = this.#line;
      }
    }
    take(text.length);
    return rows;
  }

  /** The last row, if the text does not end in LF. 422 `invalid-file` within a quoted cell. */
  end(): Row[] {
    if (this.#state === 'quoted') throw invalidFile('A quoted field does not end.', this.#quoteBegins);
    if (this.#state === 'before cell' && this.#cells.length === 0) return [];
    this.#endCell();
    return [this.#endRow()];
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#length += this.#cell.length + 1;
    this.#cell = '';
    this.#state = 'before cell';
  }

  #endRow(): Row {
    const row = { line: this.#rowBegins, cells: this.#cells };
    this.#cells = [];
    this.#length = 0;
    this.#rowBegins = this.#line;
    return row;
  }
}
