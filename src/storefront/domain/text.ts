import { invalidField } from '../../kernel/errors.js';

export type Bounds = Readonly<{ min: number; max: number }>;

/** Trimmed, without control characters, its length counted in code points. */
export const isText = (text: string, { min, max }: Bounds): boolean => {
  const length = Array.from(text).length;
  return text === text.trim() && length >= min && length <= max && !/\p{Cc}/u.test(text);
};

/** The trimmed text; 422 `validation` at `pointer`. */
export function parseText(text: string, bounds: Bounds, pointer: string): string {
  const trimmed = text.trim();
  if (!isText(trimmed, bounds))
    throw invalidField(pointer, `must be ${bounds.min} to ${bounds.max} characters on one line`);
  return trimmed;
}
