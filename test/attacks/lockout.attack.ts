import type { Attack } from './attack.js';
import { countOf, inParallel, post, signIn } from './client.js';

const OWNER = 'member@praxis.test';
const NAT = '203.0.113.7';
const HOME = '198.51.100.20';
const ELSEWHERE = '198.51.100.30';

export const attack: Attack = {
  does: 'Asks for reset mails of somebody else, fails many times behind a NAT, and signs in rightly many times at once.',
  server: { env: { TRUST_PROXY: 'on' } },
  async run({ url }, scale, signal) {
    const whole = scale === 'whole';
    // Somebody behind the NAT signed in there before.
    await signIn(url, NAT, 'staff@praxis.test');

    const askForReset = (from: string) => post(url, '/v1/password-resets', { from, body: { email: OWNER } });
    for (let turn = 0; turn < 12; turn += 1) await askForReset(`192.0.2.${1 + turn}`);
    const ownReset = await askForReset(HOME);

    const failures: number[] = [];
    await inParallel(whole ? 260 : 30, 20, signal, async (index) => {
      failures.push((await signIn(url, NAT, `person${index}@praxis.test`, 'not the password')).status);
    });
    const known = await signIn(url, NAT, 'staff@praxis.test');
    // A new device behind the NAT tries after the longest possible Retry-After.
    await new Promise((resolve) => setTimeout(resolve, whole ? 11_000 : 0));
    const fresh = await signIn(url, NAT, OWNER);

    const parallel: number[] = [];
    const count = whole ? 80 : 40;
    await inParallel(count, count, signal, async () => {
      parallel.push((await signIn(url, ELSEWHERE, 'admin@praxis.test')).status);
    });
    return {
      ownResetStatus: ownReset.status,
      failuresBehindNat: countOf(failures, 401),
      slowedBehindNat: countOf(failures, 429),
      knownBehindNatStatus: known.status,
      freshBehindNatStatus: fresh.status,
      parallelAccepted: countOf(parallel, 201),
      parallelRefused: parallel.length - countOf(parallel, 201),
      afterParallelStatus: (await signIn(url, ELSEWHERE, 'admin@praxis.test')).status,
    };
  },
  faults(figures) {
    return [
      ...(figures['ownResetStatus'] !== 202 ? ['The owner could not ask for a reset.'] : []),
      ...(figures['knownBehindNatStatus'] !== 201 ? ['A known device was locked out behind the NAT.'] : []),
      ...(figures['freshBehindNatStatus'] !== 201 ? ['A new device was locked out behind the NAT.'] : []),
      ...(figures['parallelRefused'] !== 0 ? ['Parallel right sign-ins were refused.'] : []),
      ...(figures['afterParallelStatus'] !== 201 ? ['Parallel right sign-ins locked their user out.'] : []),
    ];
  },
};
