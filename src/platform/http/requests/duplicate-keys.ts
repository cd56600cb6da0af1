const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The index after the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (json.charCodeAt(index) !== QUOTE) index += json.charCodeAt(index) === BACKSLASH ? 2 : 1;
  return index + 1;
}

function isKey(json: string, end: number): boolean {
  let index = end;
  while (' \t\r\n'.includes(json.charAt(index)) && index < json.length) index += 1;
  return json.charAt(index) === ':';
}

/**
 * The first key that occurs twice in one object of `json`, which must be valid; undefined when there is none. Parsers
 * differ in which of the two they use (RFC 8259 §4), so one parser might check a value that another one does not use.
 */
export function findDuplicateKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let index = 0; index < json.length;) {
    const unit = json.charCodeAt(index);
    if (unit !== QUOTE) {
      // An array counts as a level without keys.
      if (unit === 0x7b || unit === 0x5b) objects.push(new Set());
      else if (unit === 0x7d || unit === 0x5d) objects.pop();
      index += 1;
      continue;
    }
    const end = endOfString(json, index);
    if (isKey(json, end)) {
      const key = JSON.parse(json.slice(index, end)) as string;
      const keys = objects.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
    index = end;
  }
  return undefined;
}
