import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The port is the one thing that is not taken word for word: 3000 may be in use where the tests run. */
const README_URL = 'http://127.0.0.1:3000';

/** The commands of the README's walk-through, and the lines they are said to print. */
export type WalkThrough = Readonly<{ script: string; expected: readonly string[] }>;

export function walkThroughIn(readme: string): WalkThrough {
  const parts = [...readme.matchAll(/```bash walk-through\n([\s\S]+?)```/g)].map(([, part = '']) => part);
  const script = parts.join('\n');
  const expected = [...script.matchAll(/^# → (.+)$/gm)].map(([, line = '']) => line);
  if (expected.length <= 5) throw new Error('the README has no walk-through');
  return { script, expected };
}

/** What the commands print against the server at `url`, line by line. */
export async function walk(
  { script }: WalkThrough,
  { url, folder, env }: Readonly<{ url: string; folder: string; env: NodeJS.ProcessEnv }>,
): Promise<string[]> {
  const commands = script.replaceAll(README_URL, url);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands], { cwd: folder, env });
  return stdout.trim().split('\n');
}
