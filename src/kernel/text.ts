import { invalidField } from './errors.js';

/** Lengths in code points, both inclusive. */
export type Bounds = Readonly<{ min: number; max: number }>;

/** The length in code points, as PostgreSQL's char_length and JSON Schema count. */
export const lengthOf = (text: string): number => Array.from(text).length;

/** Whether the text is trimmed, without control characters, and within the bounds. */
export function isLine(text: string, { min, max }: Bounds): boolean {
  const length = lengthOf(text);
  return text === text.trim() && length >= min && length <= max && !/\p{Cc}/u.test(text);
}

/** The trimmed line; 422 `validation` at `pointer` unless it is one within the bounds. */
export function parseLine(text: string, bounds: Bounds, pointer: string): string {
  const line = text.trim();
  if (!isLine(line, bounds))
    throw invalidField(pointer, `must be ${bounds.min} to ${bounds.max} characters on one line`);
  return line;
}

const NAME_BOUNDS: Bounds = { min: 1, max: 200 };
export const isName = (text: string): boolean => isLine(text, NAME_BOUNDS);
/** The trimmed name of 1 to 200 characters; 422 `validation`. */
export const parseName = (text: string, pointer = '/name'): string => parseLine(text, NAME_BOUNDS, pointer);

/** The trimmed text, which may have several lines; null for a blank or missing one. 422 `validation` beyond `max`. */
export function parseOptionalText(
  text: string | null | undefined,
  max: number,
  pointer: string,
): string | null {
  const trimmed = text?.trim() ?? '';
  if (lengthOf(trimmed) > max) throw invalidField(pointer, `must be at most ${max} characters`);
  return trimmed === '' ? null : trimmed;
}
