import { invalidField } from '../../kernel/errors.js';
import { lengthOf } from '../../kernel/text.js';

/** Text of several lines that is not blank. White space is kept, because it has a meaning in Markdown. */
export const isProse = (text: string, max: number): boolean => text.trim() !== '' && lengthOf(text) <= max;

/** The unchanged text; 422 `validation` at `pointer`. */
export function parseProse(text: string, max: number, pointer: string): string {
  if (!isProse(text, max)) throw invalidField(pointer, `must be 1 to ${max} characters and not blank`);
  return text;
}
