import { versionMismatch } from '../../kernel/errors.js';

/** The version a change was made from: null accepts whatever is there (`*`), undefined names none. */
export type ExpectedVersion = number | null | undefined;

/** stale `version-mismatch`. */
export function assertVersion(expected: ExpectedVersion, { version }: Readonly<{ version: number }>): void {
  if (typeof expected === 'number' && expected !== version) throw versionMismatch();
}
