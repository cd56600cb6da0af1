import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { attackerAddress } from './addresses.js';

const CONNECT_WITHIN_MS = 5_000;
/** The connections that are opened at a time; more would overflow the backlog of the server. */
const BATCH = 100;

/** A paused connection to the server of `url`; undefined when it is refused. */
export async function openSocket(url: string, localAddress: string): Promise<Socket | undefined> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.pause();
  socket.on('error', () => undefined); // the server may close it at any time
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  }
}

/** Opens up to `count` paused connections, from many addresses by turns unless one is named. */
export async function openSockets(
  url: string,
  count: number,
  signal: AbortSignal,
  localAddress: (index: number) => string = attackerAddress,
): Promise<Socket[]> {
  const open: Socket[] = [];
  for (let begun = 0; begun < count && !signal.aborted; begun += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - begun) }, (_, index) =>
      openSocket(url, localAddress(begun + index)),
    );
    for (const socket of await Promise.all(batch)) if (socket !== undefined) open.push(socket);
  }
  return open;
}

/** Waits, at most until `signal` aborts. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);
