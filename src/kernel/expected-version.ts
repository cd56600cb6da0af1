import { versionMismatch } from './errors.js';

/**
 * The version that a change is based on (`If-Match`): null accepts any version (`*`); undefined means that the client sent
 * none, which is possible only on routes that do not require it.
 */
export type ExpectedVersion = number | null | undefined;

/** stale `version-mismatch` */
export function assertVersion(object: Readonly<{ version: number }>, expected: ExpectedVersion): void {
  if (typeof expected === 'number' && expected !== object.version) throw versionMismatch();
}

/** Whether a stored version is valid. */
export const isVersion = (version: number): boolean => Number.isSafeInteger(version) && version >= 1;
