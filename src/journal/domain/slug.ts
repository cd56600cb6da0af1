import { invalidField } from '../../kernel/errors.js';

export const MAX_SLUG = 80;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Words that other paths use or may use one day. */
const RESERVED = new Set(
  'admin api archive archived atom author authors comment comments create current delete draft drafts edit feed index latest me new next null page preview published revisions rss scheduled search sitemap tag tags undefined'.split(
    ' ',
  ),
);

/** Latin letters that Unicode does not decompose (NFKD) into an ASCII letter and marks. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  ŋ: 'n',
  ŧ: 't',
  ə: 'e',
};

const isReserved = (slug: string): boolean => RESERVED.has(slug);

/** At most 80 of `[a-z0-9-]`; neither a reserved word nor a UUID. */
export const isSlug = (text: string): boolean =>
  text.length <= MAX_SLUG && SLUG.test(text) && !UUID.test(text) && !isReserved(text);

/** 422 `validation` at /slug. */
export function parseSlug(text: string): string {
  if (isSlug(text)) return text;
  throw invalidField(
    '/slug',
    isReserved(text) || UUID.test(text)
      ? 'is reserved'
      : `must be at most ${MAX_SLUG} lower-case letters and digits, in words separated by single hyphens`,
  );
}

/** At most `max` characters, cut between words when there are several. */
function cut(slug: string, max: number): string {
  if (slug.length <= max) return slug;
  const head = slug.slice(0, max + 1);
  const end = head.lastIndexOf('-');
  return end > 0 ? head.slice(0, end) : slug.slice(0, max);
}

const toAscii = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{ASCII}]/gu, (letter) => LETTERS[letter] ?? ' ')
    // An apostrophe is part of its word.
    .replaceAll(/['\u2019]/g, '');

/**
 * Derives a slug from a title. A title without a Latin letter, or with a reserved slug, gets the end of the post's id:
 * UUIDs of version 7 differ there.
 */
export function slugOf(title: string, postId: string): string {
  const ascii = toAscii(title.replaceAll('\u2019', "'"));
  const words = ascii.match(/[a-z0-9]+/g) ?? [];
  const slug = cut(words.join('-'), MAX_SLUG);
  return /[a-z]/.test(slug) && isSlug(slug) ? slug : `post-${postId.slice(-12)}`;
}

/** `slug`, `slug-2`, `slug-3`, …, cut to the maximum length of a slug. */
export function numberedSlug(slug: string, number: number): string {
  if (number === 1) return slug;
  const tail = `-${number}`;
  return cut(slug, MAX_SLUG - tail.length) + tail;
}
