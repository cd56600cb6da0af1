import { versionMismatch } from '../../kernel/errors.js';

/** The version that the client read; null or undefined accepts any (If-Match: *, or an optional If-Match that is missing). */
export type ExpectedVersion = number | null | undefined;

/** stale `version-mismatch` */
export function assertVersion(object: Readonly<{ version: number }>, expected: ExpectedVersion): void {
  if (typeof expected === 'number' && expected !== object.version) throw versionMismatch();
}
