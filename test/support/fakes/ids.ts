import type { IdGenerator } from '../../../src/kernel/ids.js';

/** UUIDs shaped like version 7 that count upwards: the same in every run. */
export class FakeIds implements IdGenerator {
  #count = 0;
  /** Different generators of one test need different prefixes: eight hexadecimal digits. */
  constructor(private readonly prefix = '01930000') {}
  next(): string {
    this.#count += 1;
    return `${this.prefix}-0000-7000-8000-${String(this.#count).padStart(12, '0')}`;
  }
}
