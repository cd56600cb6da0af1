import { invalidField } from '../../kernel/errors.js';

const MAX_LENGTH = 200;

/** The trimmed name; 422 `validation` unless it has 1 to 200 characters and no control character. */
export function parseName(text: string, pointer = '/name'): string {
  const name = text.trim();
  if (name.length === 0 || Array.from(name).length > MAX_LENGTH || /\p{Cc}/u.test(name))
    throw invalidField(pointer, `has 1 to ${MAX_LENGTH} characters and no control characters`);
  return name;
}
