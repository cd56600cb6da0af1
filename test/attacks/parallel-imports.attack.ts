import { randomUUID } from 'node:crypto';
import type { Attack } from './attack.js';
import { callOf, signIn } from './members.js';

const FILES = 20;
/** Two imports are processed and eight wait. */
const TAKEN = 10;
const SCALES = { small: { rows: 5_000 }, whole: { rows: 195_000 } } as const;
const ROW = `2026-11-20,49.90,${'A transfer with a long description '.repeat(2)}\n`;

export const attack: Attack = {
  does: 'Sends twenty files of 17 MB for import at once.',
  async run(target, scale, signal) {
    const call = callOf(target, signal);
    const token = await signIn(call, 'staff@praxis.test');
    const accounts = (await call('GET', '/v1/cash/real-accounts', { token })).body as {
      items: Readonly<{ id: string }>[];
    };
    const file = `date,amount,description\n${ROW.repeat(SCALES[scale].rows)}`;
    const path = `${target.url}/v1/cash/real-accounts/${accounts.items[0]!.id}/imports?dryRun=true`;
    let slowestMs = 0;
    const send = async (): Promise<number> => {
      const begun = performance.now();
      const response = await fetch(path, {
        method: 'POST',
        signal,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'text/csv',
          'idempotency-key': randomUUID(),
        },
        body: file,
      }).catch(() => undefined);
      await response?.text();
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - begun));
      return response?.status ?? 0;
    };
    const statuses = await Promise.all(Array.from({ length: FILES }, send));
    const imported = statuses.filter((status) => status === 200).length;
    const unavailable = statuses.filter((status) => status === 503).length;
    const otherwise = FILES - imported - unavailable;
    return { fileBytes: file.length, imported, unavailable, otherwise, slowestMs };
  },
  faults: ({ imported = 0, otherwise = 0 }) => [
    ...(imported < TAKEN ? [`${imported} files were imported, not ${TAKEN}.`] : []),
    ...(otherwise > 0 ? [`${otherwise} files were neither imported nor refused.`] : []),
  ],
};
