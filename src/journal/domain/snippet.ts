/** Where in `text` what was searched for stands; offsets count UTF-16 code units, `end` is exclusive. */
export type Snippet = Readonly<{
  text: string;
  matches: readonly Readonly<{ start: number; end: number }>[];
}>;

const LENGTH = 240;
const BEFORE = 60;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The words that a hit may hold: what is excluded by a hyphen is not looked for, nor is the operator `or`. */
function termsOf(query: string): ReadonlySet<string> {
  const wanted = query.replaceAll(/(^|\s)-(?:"[^"]*"?|\S+)/g, ' ');
  const words = wanted.match(WORD) ?? [];
  return new Set(words.map((word) => word.toLowerCase()).filter((word) => word !== 'or'));
}

/** Never in the middle of a surrogate pair. */
const whole = (text: string, index: number): number =>
  index > 0 && index < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index - 1 : index;

/** A stretch of `plain` around the first word that was searched for, as plain text; its beginning when there is none. */
export function snippetOf(plain: string, query: string): Snippet {
  const terms = termsOf(query);
  const hits = [...plain.matchAll(WORD)]
    .filter(([word]) => terms.has(word.toLowerCase()))
    .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
  const from = whole(plain, Math.max(0, (hits[0]?.start ?? 0) - BEFORE));
  const to = whole(plain, Math.min(plain.length, from + LENGTH));
  return {
    text: plain.slice(from, to),
    matches: hits
      .filter(({ start, end }) => start >= from && end <= to)
      .map(({ start, end }) => ({ start: start - from, end: end - from })),
  };
}
