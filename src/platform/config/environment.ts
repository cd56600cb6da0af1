import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError, type ConfigurationFault } from './configuration-error.js';

/** A source of values by name: the environment of the process, or a `.env` file. */
export type Source = Readonly<Record<string, string | undefined>>;

/** The values by variable, without unset and invalid ones. */
export type Settings = Readonly<{
  values: ReadonlyMap<string, string>;
  faults: readonly ConfigurationFault[];
}>;

/** Reads the `.env` of `folder`; empty without one. Throws ConfigurationError when the file cannot be read. */
export function readDotEnv(folder: string): Source {
  try {
    return parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {};
    throw new ConfigurationError([
      { name: '.env', problem: `cannot be read (${codeOf(error)})`, remedy: 'make it readable or remove it' },
    ]);
  }
}

/**
 * Looks up each of `names`, as NAME or as NAME_FILE (a file that contains the value, as Docker and systemd provide
 * secrets). The first source that sets a variable wins, so the environment takes precedence over `.env`. An empty value is
 * a fault: if a secret store returned nothing, the default must not be used instead.
 */
export function readSettings(names: readonly string[], sources: readonly Source[], folder: string): Settings {
  const values = new Map<string, string>();
  const faults: ConfigurationFault[] = [];
  for (const name of names) {
    const source = sources.find((each) => each[name] !== undefined || each[`${name}_FILE`] !== undefined);
    const plain = source?.[name];
    const file = source?.[`${name}_FILE`];
    if (plain !== undefined && file !== undefined) {
      faults.push({ name, problem: `is given twice, also as ${name}_FILE`, remedy: 'keep one of the two' });
    } else if (plain === '' || file === '') {
      const given = plain === '' ? name : `${name}_FILE`;
      faults.push({ name: given, problem: 'is set to nothing', remedy: 'give it a value, or remove it' });
    } else if (file !== undefined) {
      try {
        const held = readFileSync(resolve(folder, file), 'utf8').replace(/\r?\n$/, '');
        if (held === '')
          faults.push({ name: `${name}_FILE`, problem: `${file} is empty`, remedy: 'fill it' });
        else values.set(name, held);
      } catch (error) {
        faults.push({
          name: `${name}_FILE`,
          problem: `${file} cannot be read (${codeOf(error)})`,
          remedy: 'name a file that this process may read',
        });
      }
    } else if (plain !== undefined) {
      values.set(name, plain);
    }
  }
  return { values, faults };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable';
