import { Agent, get } from 'node:http';
import { freshAttackerAddress } from './addresses.js';
import type { Attack } from './attack.js';
import { inParallel } from './client.js';

const PATHS = ['/docs', '/openapi.json', '/nowhere', '/v1/nowhere', '/livez'];
const SCALES = { small: 4_000, whole: 15_000 } as const;
/** The general limit of a minute and that of probes. Doubled, because the attack may span two minutes of the clock. */
const MAX_ANSWERED = 2 * (3_000 + 3_000);

export const attack: Attack = {
  does: 'Asks for pages, probes and paths that lead nowhere on 64 connections, as fast as they are answered.',
  async run({ url }, scale, signal) {
    const localAddress = freshAttackerAddress();
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    const figures = { answered: 0, limited: 0, unavailable: 0, cutOff: 0 };
    const ask = (path: string): Promise<number> =>
      new Promise((resolve) => {
        get(url + path, { agent, localAddress }, (response) => {
          response.resume().once('close', () => resolve(response.statusCode ?? 0));
        }).once('error', () => resolve(0));
      });
    await inParallel(SCALES[scale], 64, signal, async (index) => {
      const status = await ask(PATHS[index % PATHS.length]!);
      if (status === 0) figures.cutOff += 1;
      else if (status === 429) figures.limited += 1;
      else if (status === 503) figures.unavailable += 1;
      else figures.answered += 1;
    });
    agent.destroy();
    return figures;
  },
  faults: ({ answered = 0, unavailable = 0 }) => [
    ...(answered > MAX_ANSWERED ? [`${answered} requests of one address were answered.`] : []),
    ...(unavailable > 0 ? [`${unavailable} requests ended as 503.`] : []),
  ],
};
