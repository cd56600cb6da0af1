import { attackerAddress } from './addresses.js';
import type { Attack } from './attack.js';
import { residentMegabytes } from './resident-memory.js';
import { openSockets, pause } from './sockets.js';

/** The most requests that a connection may pipeline. */
const REQUESTS = 'GET /openapi.json HTTP/1.1\r\nHost: praxis.test\r\n\r\n'.repeat(16);
const CONNECTIONS_A_BATCH = 50;
const SCALES = {
  small: { batches: 2, holdMs: 2_000, maxGrowth: 100 },
  whole: { batches: 20, holdMs: 15_000, maxGrowth: 150 },
} as const;

export const attack: Attack = {
  does: 'Asks for a large page on connections of 254 addresses, as often as each may, and reads none of the answers.',
  async run({ url, pid }, scale, signal) {
    const { batches, holdMs } = SCALES[scale];
    const before = residentMegabytes(pid) ?? 0;
    let most = before;
    const watch = async (milliseconds: number): Promise<void> => {
      await pause(milliseconds, signal);
      most = Math.max(most, residentMegabytes(pid) ?? Infinity);
    };
    const sockets = [];
    for (let batch = 0; batch < batches && !signal.aborted; batch += 1) {
      const first = batch * CONNECTIONS_A_BATCH;
      const opened = await openSockets(url, CONNECTIONS_A_BATCH, signal, (index) =>
        attackerAddress(first + index),
      );
      for (const socket of opened) socket.write(REQUESTS);
      sockets.push(...opened);
      await watch(100);
    }
    for (const end = Date.now() + holdMs; Date.now() < end && !signal.aborted;) await watch(250);
    for (const socket of sockets) {
      socket.destroy();
      await pause(1, signal);
    }
    return { connections: sockets.length, megabytesBefore: before, megabytesAtMost: most };
  },
  faults({ megabytesBefore = 0, megabytesAtMost = 0 }, scale) {
    const growth = megabytesAtMost - megabytesBefore;
    return growth > SCALES[scale].maxGrowth ? [`Answers that nobody reads took ${growth} MB.`] : [];
  },
};
