import { lengthOf, parseOptionalText } from '../../kernel/text.js';

const MAX_NOTE_LENGTH = 2_000;

export const isNote = (note: string | null): boolean =>
  note === null || (note !== '' && lengthOf(note) <= MAX_NOTE_LENGTH);

/** The trimmed text; a blank one becomes null. 422 `validation` beyond 2,000 characters. */
export const parseNote = (text: string | null, pointer: string): string | null =>
  parseOptionalText(text, MAX_NOTE_LENGTH, pointer);
