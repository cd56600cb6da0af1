import { parseArgs } from 'node:util';
import { UsageError } from './exit-codes.js';

/** `NAME: {}` takes a value, `NAME: { flag: true }` does not. */
export type OptionSpecs = Readonly<Record<string, Readonly<{ flag?: boolean }>>>;

export type Arguments = Readonly<{
  positionals: readonly string[];
  has(option: string): boolean;
  value(option: string): string | undefined;
  /** Throws UsageError without it. */
  required(option: string): string;
}>;

/** Parses `argv` strictly: an unknown option, or one without its value, is a UsageError. */
export function readArguments(argv: readonly string[], specs: OptionSpecs): Arguments {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { flag = false }]) => [
      name,
      { type: flag ? 'boolean' : 'string' } as const,
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
  } catch (error) {
    // Node's message names the option in its first sentence and explains escaping in the others.
    throw new UsageError(error instanceof Error ? error.message.split(/\.\s/)[0] : String(error));
  }
  const value = (option: string): string | undefined => {
    const given = parsed.values[option];
    return typeof given === 'string' ? given : undefined;
  };
  return {
    positionals: parsed.positionals,
    has: (option) => parsed.values[option] !== undefined,
    value,
    required(option) {
      const given = value(option);
      if (given === undefined || given === '') throw new UsageError(`--${option} is missing`);
      return given;
    },
  };
}

/** The one word that may follow a command, such as `undo` in `migrate undo`. */
export function readVerb<Verb extends string>(
  positionals: readonly string[],
  verbs: readonly Verb[],
  fallback?: Verb,
): Verb {
  const [given = fallback, ...surplus] = positionals;
  const verb = verbs.find((each) => each === given);
  if (verb === undefined)
    throw new UsageError(`expected ${verbs.join(', ')}${given === undefined ? '' : `, not ${given}`}`);
  if (surplus.length > 0) throw new UsageError(`nothing may follow ${verb}: ${surplus.join(' ')}`);
  return verb;
}
