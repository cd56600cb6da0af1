import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Only the port differs from the README, because 3000 may be in use where the tests run. */
const README_URL = 'http://127.0.0.1:3000';

/** The commands of the README's walk-through, and the lines that they should print. */
export type WalkThrough = Readonly<{ script: string; expected: readonly string[] }>;

const blocks = (readme: string, language: string): string =>
  [...readme.matchAll(new RegExp(`\`\`\`${language} walk-through\\n([\\s\\S]+?)\`\`\``, 'g'))]
    .map(([, block = '']) => block)
    .join('');

export function walkThroughIn(readme: string): WalkThrough {
  const expected = blocks(readme, 'text').trimEnd().split('\n');
  if (expected.length <= 5) throw new Error('the README has no walk-through');
  return { script: blocks(readme, 'bash'), expected };
}

const SHELLS = {
  /** Stops at the first command that fails. */
  strict: ['bash', '-euo', 'pipefail', '-s'],
  /** As if pasted into a terminal: with history expansion. */
  bash: ['bash', '--norc', '--noprofile', '-i'],
  /** As if pasted into a terminal: no comments, and a glob that matches nothing is an error. */
  zsh: ['zsh', '-f', '-i'],
} as const;
export type Shell = keyof typeof SHELLS;

type Place = Readonly<{
  url: string;
  folder: string;
  env: NodeJS.ProcessEnv;
  /** A program, with its arguments, that runs the shell. */
  under?: readonly string[];
}>;

/** The output of the commands against the server at `url`, line by line. */
export async function walk(
  { script }: WalkThrough,
  { url, folder, env, under = [] }: Place,
  shell: Shell = 'strict',
): Promise<string[]> {
  const [program = 'bash', ...args] = [...under, ...SHELLS[shell]];
  const child = spawn(program, args, { cwd: folder, env: { ...env, HISTFILE: '/dev/null' } });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close');
  child.stdin.end(script.replaceAll(README_URL, url));
  const [stdout, stderr] = await printed;
  const [code] = (await closed) as [number | null];
  if (code !== 0) throw new Error(`the walk-through ended with ${String(code)} in ${program}: ${stderr}`);
  return stdout.trimEnd().split('\n');
}

/** The lines that an interactive bash or zsh reads differently from a script: comments, globs, `!`. */
export function notForTerminals({ script }: WalkThrough): string[] {
  return script.split('\n').filter((line) => {
    const withoutLiterals = line.replaceAll(/'[^']*'/g, "''");
    const unquoted = withoutLiterals.replaceAll(/"(?:\\.|[^"\\])*"/g, '""');
    return withoutLiterals.includes('!') || /[*?[\]]|(?:^|\s)#/.test(unquoted);
  });
}
