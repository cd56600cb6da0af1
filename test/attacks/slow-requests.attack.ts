import { freshAttackerAddress } from './addresses.js';
import type { Attack } from './attack.js';
import { openSockets, pause } from './sockets.js';

const OPENINGS = [
  'POST /v1/sessions HTTP/1.1\r\nHost: praxis.test\r\nX-Slow: ',
  'POST /v1/sessions HTTP/1.1\r\nHost: praxis.test\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n',
];
const SCALES = { small: { connections: 300, seconds: 3 }, whole: { connections: 600, seconds: 45 } } as const;
/** The limit of one client: an address or an IPv6 /64. */
const MAX_CONNECTIONS = 256;

export const attack: Attack = {
  does: 'Opens many connections from one address and sends headers and bodies at a byte a second.',
  async run({ url }, scale, signal) {
    const { connections, seconds } = SCALES[scale];
    const address = freshAttackerAddress();
    const sockets = await openSockets(url, connections, signal, () => address);
    sockets.forEach((socket, index) => socket.resume().write(OPENINGS[index % OPENINGS.length]!));
    let mostOpen = 0;
    for (let second = 0; second < seconds && !signal.aborted; second += 1) {
      await pause(1_000, signal);
      const open = sockets.filter(({ readyState }) => readyState === 'open');
      mostOpen = Math.max(mostOpen, open.length);
      for (const socket of open) socket.write('x');
    }
    const openAtEnd = sockets.filter(({ readyState }) => readyState === 'open').length;
    for (const socket of sockets) socket.destroy();
    return { mostOpen, openAtEnd };
  },
  faults: ({ mostOpen = 0, openAtEnd = 0 }, scale) => [
    ...(mostOpen > MAX_CONNECTIONS ? [`One address held ${mostOpen} connections.`] : []),
    ...(scale === 'whole' && openAtEnd > 0 ? [`${openAtEnd} requests had not ended after 45 s.`] : []),
  ],
};
