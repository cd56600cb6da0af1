import { versionMismatch } from '../../kernel/errors.js';

/** The version a change was made from; null or undefined takes whatever is there (If-Match: *, or none where it is optional). */
export type ExpectedVersion = number | null | undefined;

/** stale `version-mismatch` */
export function assertVersion(object: Readonly<{ version: number }>, expected: ExpectedVersion): void {
  if (typeof expected === 'number' && expected !== object.version) throw versionMismatch();
}
