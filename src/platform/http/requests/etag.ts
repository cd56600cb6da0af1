import { hash } from 'node:crypto';
import { malformedRequest, ProtocolError } from '../replies/protocol-error.js';
import type { ExpectedVersion } from '../../../kernel/expected-version.js';

const digestOf = (body: string): string => hash('sha256', body, 'base64url').slice(0, 22);

/** `"<version>.<digest of the body>"`: If-Match compares the version, caches compare both. */
export const entityTag = (version: number, body: string): string => `"${String(version)}.${digestOf(body)}"`;

/** The tag of a text without a version, which has no PATCH or PUT. */
export const textTag = (text: string): string => `"${digestOf(text)}"`;

const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** `If-None-Match` compares weakly and as a whole (RFC 9110 §13.1.2). */
export const matchesNoneOf = (header: string, tag: string): boolean =>
  header.trim() === '*' || tagsOf(header).some((candidate) => candidate.replace(/^W\//, '') === tag);

const STRONG_TAG = /^"(\d{1,15})(?:\.[\w-]*)?"$/;
const ANY_TAG = /^(?:W\/)?"[^"]*"$/;

/** The version of a well-formed foreign tag; no object has it. */
const NO_VERSION = -1;

/**
 * Reads `If-Match`. Only the version of the tag counts, so that a change of embedded data does not reject a write.
 * Weak tags never match (RFC 9110 §13.1.1). Throws `precondition-required` (428) where it is missing but needed.
 */
export function readExpectedVersion(header: string, need: 'required' | 'honoured'): ExpectedVersion {
  const value = header.trim();
  if (value === '') {
    if (need === 'honoured') return undefined;
    throw new ProtocolError('precondition-required', 'Send the ETag of the object you read as If-Match.');
  }
  if (value === '*') return null;
  const tags = tagsOf(value);
  if (!tags.every((tag) => ANY_TAG.test(tag)))
    throw malformedRequest([{ pointer: '/header/If-Match', detail: 'is neither an entity tag nor *' }]);
  const versions = new Set(tags.map((tag) => Number(STRONG_TAG.exec(tag)?.[1] ?? NO_VERSION)));
  if (versions.size > 1) versions.delete(NO_VERSION);
  const [version = NO_VERSION] = versions;
  if (versions.size > 1)
    throw malformedRequest([{ pointer: '/header/If-Match', detail: 'names more than one version' }]);
  return version;
}
