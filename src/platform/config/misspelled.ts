import type { ConfigurationFault } from './configuration-error.js';
import type { Source } from './environment.js';

/** All variables with this prefix belong to Praxis. */
const PREFIX = 'PRAXIS_';
const FILE = '_FILE';
/** Shorter names are too similar to unrelated ones, such as SORT and PORT. */
const SHORTEST = { oneEdit: 8, twoEdits: 10 };

/** The edit distance of `a` and `b` with transpositions (Damerau, 1964). */
function editsBetween(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const edits = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      edits[column] = Math.min(
        (last[column] ?? Infinity) + 1,
        (edits[column - 1] ?? Infinity) + 1,
        (last[column - 1] ?? Infinity) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, edits];
  }
  return last[b.length] ?? 0;
}

const mayEdit = (name: string): number =>
  name.length >= SHORTEST.twoEdits ? 2 : name.length >= SHORTEST.oneEdit ? 1 : 0;

/**
 * Finds variables of `sources` whose names are probably misspellings of one in `known`, because the default would be used
 * silently. A name that is similar to a variable which is set as well belongs to another program.
 */
export function findMisspelled(known: readonly string[], sources: readonly Source[]): ConfigurationFault[] {
  const set = new Set(
    sources.flatMap((source) => Object.keys(source).filter((name) => source[name] !== undefined)),
  );
  const faults: ConfigurationFault[] = [];
  for (const name of [...set].sort()) {
    const [stem, suffix] = name.endsWith(FILE) ? [name.slice(0, -FILE.length), FILE] : [name, ''];
    if (known.includes(stem)) continue;
    const [nearest] = known
      .map((candidate) => ({ candidate, edits: editsBetween(stem, candidate) }))
      .filter(({ candidate, edits }) => edits <= mayEdit(candidate))
      .filter(({ candidate }) => !set.has(candidate) && !set.has(`${candidate}${FILE}`))
      .sort((one, other) => one.edits - other.edits);
    if (nearest !== undefined)
      faults.push({
        name,
        problem: 'is unknown',
        remedy: `set ${nearest.candidate}${suffix}, if that is meant`,
      });
    else if (name.startsWith(PREFIX))
      faults.push({
        name,
        problem: 'is unknown',
        remedy: 'remove it; docs/operating.md names every variable',
      });
  }
  return faults;
}
