import { readdirSync } from 'node:fs';
import type { makeSandbox, ServerProcess } from '../support/server-process.js';
import { NO_LIMITS } from '../support/no-limits.js';
import type { Attack, Target } from './attack.js';

export type NamedAttack = Readonly<{ name: string; attack: Attack }>;

const SUFFIX = '.attack.ts';

/** The attacks of this folder by the name of their file; `only` selects some. Throws for an unknown name. */
export async function loadAttacks(only?: readonly string[]): Promise<readonly NamedAttack[]> {
  const names = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
  for (const name of only ?? []) if (!names.includes(name)) throw new Error(`there is no attack ${name}`);
  return Promise.all(
    names
      .filter((name) => only?.includes(name) ?? true)
      .map(async (name) => {
        const { attack } = (await import(`./${name}${SUFFIX}`)) as { attack: Attack };
        return { name, attack };
      }),
  );
}

/** Starts a server to attack: limits on, the demo practice loaded. */
export async function startTarget(
  sandbox: ReturnType<typeof makeSandbox>,
  { env = {}, nodeOptions = [] }: NonNullable<Attack['server']> = {},
): Promise<Readonly<{ server: ServerProcess; target: Target }>> {
  const home = sandbox.newHome();
  const server = await sandbox.serve({
    RATE_LIMIT: 'on',
    ...Object.fromEntries(Object.keys(NO_LIMITS).map((name) => [name, undefined])), // the defaults
    PRAXIS_HOME: home,
    ...(nodeOptions.length > 0 && { NODE_OPTIONS: nodeOptions.join(' ') }),
    ...env,
  });
  return { server, target: { url: server.url, pid: server.pid, home } };
}
