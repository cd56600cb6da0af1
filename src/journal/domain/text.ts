import { invalidField } from '../../kernel/errors.js';

type Bounds = Readonly<{ min: number; max: number }>;

/** Lengths count code points. */
export const lengthOf = (text: string): number => Array.from(text).length;

const within = (length: number, { min, max }: Bounds): boolean => length >= min && length <= max;

/** Trimmed and without control characters. */
export const isLine = (text: string, bounds: Bounds): boolean =>
  text === text.trim() && !/\p{Cc}/u.test(text) && within(lengthOf(text), bounds);

/** The trimmed line; 422 `validation` at `pointer`. */
export function parseLine(text: string, bounds: Bounds, pointer: string): string {
  const line = text.trim();
  if (!isLine(line, bounds))
    throw invalidField(pointer, `must be ${bounds.min} to ${bounds.max} characters on one line`);
  return line;
}

/** Text of several lines that is not blank. White space is kept, because it has a meaning in Markdown. */
export const isProse = (text: string, max: number): boolean =>
  text.trim() !== '' && within(lengthOf(text), { min: 1, max });

/** The unchanged text; 422 `validation` at `pointer`. */
export function parseProse(text: string, max: number, pointer: string): string {
  if (!isProse(text, max)) throw invalidField(pointer, `must be 1 to ${max} characters and not blank`);
  return text;
}
