import { versionMismatch } from '../../kernel/errors.js';

/** The version that a change is based on: null accepts any version (`*`), undefined: none was given. */
export type ExpectedVersion = number | null | undefined;

/** stale `version-mismatch`. */
export function assertVersion(expected: ExpectedVersion, { version }: Readonly<{ version: number }>): void {
  if (typeof expected === 'number' && expected !== version) throw versionMismatch();
}
