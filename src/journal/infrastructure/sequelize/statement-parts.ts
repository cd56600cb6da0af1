import type { Statement } from '../../../platform/database/database.js';
import { scopeValues } from './visible.js';

/** Numbers parameters as they are added, after those of the scope. */
export function parameters(scope: Parameters<typeof scopeValues>[0]) {
  const values = [...scopeValues(scope)];
  return {
    values,
    add: (value: unknown, type: string): string => `$${values.push(value)}::${type}`,
  };
}

/** The name of a statement lists its filters, so that each combination is prepared once. */
export const named = (name: string, parts: Readonly<Record<string, unknown>>, text: string): Statement => ({
  name: ['journal', name, ...Object.keys(parts).filter((part) => parts[part] !== undefined)].join('_'),
  text,
});
