/** The characters of `text` as Unicode counts them, and PostgreSQL's char_length: a rule about lengths holds alike in both. */
export const codePoints = (text: string): string[] => Array.from(text);
