import { invalidField } from '../../kernel/errors.js';

/** Lengths in code points, as PostgreSQL's char_length and JSON Schema count them. */
export const lengthOf = (text: string): number => Array.from(text).length;

export const MAX_NAME_LENGTH = 200;
export const MAX_NOTE_LENGTH = 2_000;

export const isName = (text: string): boolean =>
  text.length > 0 && text === text.trim() && lengthOf(text) <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(text);

/** The trimmed name; 422 `validation` unless it has 1 to 200 characters and no control character. */
export function parseName(text: string, pointer = '/name'): string {
  const name = text.trim();
  if (!isName(name))
    throw invalidField(
      pointer,
      `has to be 1 to ${MAX_NAME_LENGTH} characters without line breaks or other control characters`,
    );
  return name;
}

/** Parses an optional free text; a blank text becomes null. */
export function parseNote(text: string | null, pointer: string): string | null {
  const note = text?.trim() ?? '';
  if (lengthOf(note) > MAX_NOTE_LENGTH)
    throw invalidField(pointer, `has to be at most ${MAX_NOTE_LENGTH} characters`);
  return note === '' ? null : note;
}

export const isNote = (note: string | null): boolean =>
  note === null || (note !== '' && lengthOf(note) <= MAX_NOTE_LENGTH);

/** The clocks of processes differ: `updatedAt` must not go back. */
export const later = (known: Date, now: Date): Date => (now > known ? now : known);

export const isVersion = (version: number): boolean => Number.isSafeInteger(version) && version >= 1;
