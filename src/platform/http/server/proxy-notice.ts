import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { rateLimitKeys } from '../rate-limits/rate-limit-keys.js';

/** Addresses of a proxy in the same network: loopback, private and link-local (RFC 1918, 3927, 4193, 6598). */
const NEARBY = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  NEARBY.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  NEARBY.addSubnet(network, prefix, 'ipv6');

function isNearby(address: string): boolean {
  const { network } = rateLimitKeys(address);
  if (isIPv4(network)) return NEARBY.check(network, 'ipv4');
  const withoutZone = address.replace(/%.*$/, '');
  return isIPv6(withoutZone) && NEARBY.check(withoutZone, 'ipv6');
}

/**
 * Calls `onProxy` once, at the first request that a local proxy forwards. While TRUST_PROXY is off, all clients of the
 * proxy share one rate limit key, so one of them can use up the limits of all.
 */
export function makeProxyNotice(
  onProxy: () => void,
): (request: Pick<IncomingMessage, 'headers' | 'socket'>) => void {
  let noticed = false;
  return ({ headers, socket }) => {
    if (noticed) return;
    if (headers['x-forwarded-for'] === undefined && headers.forwarded === undefined) return;
    if (!isNearby(socket.remoteAddress ?? '')) return;
    noticed = true;
    onProxy();
  };
}
