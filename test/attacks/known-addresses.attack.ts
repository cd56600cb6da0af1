import { randomInt } from 'node:crypto';
import { mannWhitney } from '../support/rank-test.js';
import type { Attack } from './attack.js';
import { post } from './client.js';

const KNOWN = ['member@praxis.test', 'staff@praxis.test', 'admin@praxis.test'];
const QUICK_REQUESTS = 40;
/** For a server that treats both alike, p is below this once in a thousand runs. */
const SIGNIFICANT = 0.001;

type Observation = Readonly<{ visible: string; answerMs: number; followingMs: number }>;

/** The response about `email` as the client sees it, and the time that it and the following requests take. */
async function askAbout(url: string, email: string, from: string): Promise<Observation> {
  const { status, headers, text, milliseconds } = await post(url, '/v1/password-resets', {
    from,
    body: { email },
  });
  const begun = performance.now();
  for (let quick = 0; quick < QUICK_REQUESTS; quick += 1)
    await (await fetch(`${url}/livez`, { headers: { 'X-Forwarded-For': from } })).arrayBuffer();
  return {
    visible: JSON.stringify([status, [...headers.keys()].sort(), text]),
    answerMs: milliseconds,
    followingMs: performance.now() - begun,
  };
}

export const attack: Attack = {
  does: 'Asks for password resets of known and of unknown addresses, and compares the answers and what follows them.',
  server: { env: { TRUST_PROXY: 'on' } },
  async run({ url }, scale, signal) {
    const pairs = scale === 'whole' ? 60 : 5;
    const known: Observation[] = [];
    const unknown: Observation[] = [];
    for (let pair = 0; pair < pairs && !signal.aborted; pair += 1) {
      const from = `198.18.${pair}.1`;
      const address = KNOWN[pair % KNOWN.length]!;
      const stranger = `x${pair}`.padEnd(address.indexOf('@'), 'x') + address.slice(address.indexOf('@'));
      const askAboutBoth = [
        async () => known.push(await askAbout(url, address, from)),
        async () => unknown.push(await askAbout(url, stranger, from)),
      ];
      if (randomInt(2) === 0) askAboutBoth.reverse();
      for (const ask of askAboutBoth) await ask();
    }
    const p = (which: 'answerMs' | 'followingMs'): number =>
      mannWhitney(
        known.map((each) => each[which]),
        unknown.map((each) => each[which]),
      ).p;
    return {
      pairs: known.length,
      kindsOfAnswers: new Set([...known, ...unknown].map(({ visible }) => visible)).size,
      pAnswer: p('answerMs'),
      pFollowing: p('followingMs'),
    };
  },
  faults({ pairs = 0, kindsOfAnswers, pAnswer = 0, pFollowing = 0 }, scale) {
    const isTimed = scale === 'whole'; // a few pairs do not suffice to compare times
    return [
      ...(pairs === 0 ? ['Nothing was asked.'] : []),
      ...(kindsOfAnswers !== 1 ? ['The answers about known and unknown addresses differ.'] : []),
      ...(isTimed && pAnswer < SIGNIFICANT ? ['The time of the answer tells known addresses.'] : []),
      ...(isTimed && pFollowing < SIGNIFICANT ? ['The requests after it tell known addresses.'] : []),
    ];
  },
};
