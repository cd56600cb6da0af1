/** A part of a text and the positions of the search terms in it. Offsets count UTF-16 code units; `end` is exclusive. */
export type Snippet = Readonly<{
  text: string;
  matches: readonly Readonly<{ start: number; end: number }>[];
}>;

const LENGTH = 240;
const BEFORE = 60;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** The search terms of a query, without those excluded by a hyphen and without the operator `or`. */
function termsOf(query: string): ReadonlySet<string> {
  const wanted = query.replaceAll(/(^|\s)-(?:"[^"]*"?|\S+)/g, ' ');
  const words = wanted.match(WORD) ?? [];
  return new Set(words.map((word) => word.toLowerCase()).filter((word) => word !== 'or'));
}

/** The index, moved back when it is within a surrogate pair. */
const whole = (text: string, index: number): number =>
  index > 0 && index < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index - 1 : index;

/** A part of `plain` around the first search term, or its beginning when there is none. */
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
