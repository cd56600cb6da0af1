import { freshAttackerAddress } from './addresses.js';
import type { Attack } from './attack.js';
import { residentMegabytes } from './resident-memory.js';
import { openSockets, pause } from './sockets.js';

const REQUEST = 'GET /livez HTTP/1.1\r\nHost: praxis.test\r\n\r\n';
/** Until the server has parsed what was sent, and again until it has noticed the reset. */
const SETTLE_MS = 1_000;
const SCALES = {
  small: { rounds: 3, connections: 100, requests: 300 },
  whole: { rounds: 3, connections: 400, requests: 500 },
} as const;

export const attack: Attack = {
  does: 'Sends hundreds of pipelined requests on each of many connections, then resets the connections.',

  async run({ url, pid }, scale, signal) {
    const { rounds, connections, requests } = SCALES[scale];
    const address = freshAttackerAddress();
    const after: number[] = [];
    let sent = 0;
    for (let round = 0; round < rounds && !signal.aborted; round += 1) {
      const sockets = await openSockets(url, connections, signal, () => address);
      for (const socket of sockets) socket.write(REQUEST.repeat(requests));
      sent += sockets.length * requests;
      await pause(SETTLE_MS / 2, signal);
      for (const socket of sockets) socket.resetAndDestroy();
      await pause(SETTLE_MS, signal);
      after.push(residentMegabytes(pid) ?? 0);
    }
    // The first round warms up.
    const [first = 0] = after;
    const last = after.at(-1) ?? 0;
    return { requests: sent, megabytesAfterFirst: first, megabytesAfterLast: last };
  },

  faults({ megabytesAfterFirst = 0, megabytesAfterLast = 0 }, scale) {
    if (megabytesAfterLast === 0) return ['The server is gone.'];
    const growth = megabytesAfterLast - megabytesAfterFirst;
    // Unreleased responses of two rounds take about 150 MB at the small scale, and 900 MB at the whole.
    return growth > (scale === 'small' ? 60 : 100)
      ? [`Rounds after the first one left ${growth} MB behind.`]
      : [];
  },
};
