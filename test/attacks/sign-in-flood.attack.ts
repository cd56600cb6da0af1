import type { Attack } from './attack.js';
import { countOf, inParallel, signIn } from './client.js';

const VICTIM = 'member@praxis.test';
/** As the limits are: 20 failures of an account by network, 600 by site, and 20 more each ten seconds. */
const MAX_BY_NETWORK = 20;
const MAX_BY_SITE = 600;
const PACE_OF_SITE = 20 / 10;

export const attack: Attack = {
  does: 'Tries passwords of one account from all over an IPv6 /64, then of many accounts from all over a /48, while others sign in.',
  server: { env: { TRUST_PROXY: 'on' } },
  async run({ url }, scale, signal) {
    const whole = scale === 'whole';
    const ofNetwork: number[] = [];
    const ofSite: number[] = [];
    const others: number[] = [];
    let slowestMs = 0;
    const over = new AbortController();
    const bystander = (async () => {
      for (let turn = 0; !over.signal.aborted || turn === 0; turn += 1) {
        const answer = await signIn(url, `192.0.2.${1 + (turn % 250)}`, 'staff@praxis.test');
        others.push(answer.status);
        slowestMs = Math.max(slowestMs, answer.milliseconds);
      }
    })();
    await inParallel(whole ? 250 : 40, 20, signal, async (index) => {
      const from = `2001:db8:1:1::${index.toString(16)}`;
      ofNetwork.push((await signIn(url, from, VICTIM, `guess number ${index}`)).status);
    });
    const begun = performance.now();
    await inParallel(whole ? 2_500 : 30, 20, signal, async (index) => {
      const from = `2001:db8:2:${(index + 1).toString(16)}::1`;
      ofSite.push((await signIn(url, from, `member${index}@praxis.test`, 'guess number 1')).status);
    });
    const secondsOfSite = (performance.now() - begun) / 1_000;
    over.abort();
    await bystander;
    return {
      lookedAtFromNetwork: countOf(ofNetwork, 401),
      refusedFromNetwork: countOf(ofNetwork, 429),
      lookedAtFromSite: countOf(ofSite, 401),
      refusedFromSite: countOf(ofSite, 429),
      secondsOfSite,
      ownerFromElsewhere: (await signIn(url, '198.51.100.1', VICTIM)).status,
      rightElsewhere: countOf(others, 201),
      rightElsewhereRefused: others.length - countOf(others, 201),
      slowestRightMilliseconds: slowestMs,
    };
  },
  faults(figures) {
    const { lookedAtFromNetwork = 0, lookedAtFromSite = 0, secondsOfSite = 0 } = figures;
    const allowed = MAX_BY_SITE + PACE_OF_SITE * (secondsOfSite + 10);
    return [
      ...(lookedAtFromNetwork > MAX_BY_NETWORK
        ? [`${lookedAtFromNetwork} passwords of one account were looked at for one network.`]
        : []),
      ...(lookedAtFromSite > allowed ? [`${lookedAtFromSite} passwords were looked at for one site.`] : []),
      ...(figures['rightElsewhereRefused'] !== 0 ? ['Right sign-ins from elsewhere were refused.'] : []),
      ...(figures['ownerFromElsewhere'] !== 201 ? ['The owner was locked out elsewhere.'] : []),
    ];
  },
};
