import { freshAttackerAddress } from './addresses.js';
import type { Attack } from './attack.js';
import { residentMegabytes } from './resident-memory.js';
import { openSockets, pause } from './sockets.js';

const REQUEST = 'GET /openapi.json HTTP/1.1\r\nHost: praxis.test\r\n\r\n';
const SCALES = {
  small: { connections: 100, requests: 50, holdMs: 2_000, maxGrowth: 100 },
  whole: { connections: 1_000, requests: 50, holdMs: 15_000, maxGrowth: 150 },
} as const;

export const attack: Attack = {
  does: 'Asks for a large page many times on each of many connections, and reads none of the answers.',
  async run({ url, pid }, scale, signal) {
    const { connections, requests, holdMs } = SCALES[scale];
    const before = residentMegabytes(pid) ?? 0;
    const address = freshAttackerAddress();
    const sockets = await openSockets(url, connections, signal, () => address);
    for (const socket of sockets) socket.write(REQUEST.repeat(requests));
    let most = before;
    for (const end = Date.now() + holdMs; Date.now() < end && !signal.aborted;) {
      await pause(250, signal);
      most = Math.max(most, residentMegabytes(pid) ?? Infinity);
    }
    for (const socket of sockets) socket.destroy();
    return { connections: sockets.length, megabytesBefore: before, megabytesAtMost: most };
  },
  faults({ megabytesBefore = 0, megabytesAtMost = 0 }, scale) {
    const growth = megabytesAtMost - megabytesBefore;
    return growth > SCALES[scale].maxGrowth ? [`Answers that nobody reads took ${growth} MB.`] : [];
  },
};
