import { notFound } from '../../kernel/errors.js';

/** Returns `value`; not_found when it is undefined. */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw notFound(what);
  return value;
}
