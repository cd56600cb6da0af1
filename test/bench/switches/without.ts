import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Edit, Optimization } from './optimizations.js';

const DIST = path.join(import.meta.dirname, '..', '..', '..', 'dist');

/** @throws Error when the text to replace does not occur exactly once */
function apply(source: string, { module, find, by }: Edit): string {
  if (find === undefined) return by;
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`${module} has ${parts.length - 1} times the text to replace: ${find}`);
  return parts.join(by);
}

/** Source texts of the modules that the plain version changes, by URL. */
export function plainSourcesOf({ edits }: Optimization, dist = DIST): Readonly<Record<string, string>> {
  const sources: Record<string, string> = {};
  for (const edit of edits) {
    const file = path.join(dist, edit.module);
    const url = pathToFileURL(file).href;
    sources[url] = apply(sources[url] ?? readFileSync(file, 'utf8'), edit);
  }
  return sources;
}

/** The options of a Praxis process that runs the plain version in place of one optimization. */
export function withoutOptimization(
  optimization: Optimization,
  folder: string,
): Readonly<{ name: string; env: Readonly<Record<string, string>>; nodeOptions: readonly string[] }> {
  const file = path.join(folder, `plain-${optimization.name}.json`);
  writeFileSync(file, JSON.stringify(plainSourcesOf(optimization)));
  return {
    name: `without ${optimization.name}`,
    env: { BENCH_SWITCH: file },
    nodeOptions: ['--import', path.join(import.meta.dirname, 'register.mjs')],
  };
}
