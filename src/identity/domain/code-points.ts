/** The length of `text` in code points, as PostgreSQL's char_length counts. */
export const codePoints = (text: string): string[] => Array.from(text);
