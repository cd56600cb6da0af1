import { isIPv4, isIPv6 } from 'node:net';

/**
 * The keys of rate limits for one client address. `network` is an IPv4 address or the /64 of an IPv6 address, because a
 * subscriber owns the whole /64 and could use a new address for every request. `site` is the /48 that a provider assigns to
 * one customer; for IPv4 it equals `network`.
 */
export type RateLimitKeys = Readonly<{ network: string; site: string }>;

/** The maximum length of a key that is not an address, such as a proxy's "unknown". */
const MAX_TEXT = 64;

/** Strips brackets, port and zone, which proxies write into X-Forwarded-For. */
function bareAddress(text: string): string {
  const trimmed = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed)?.[1];
  if (bracketed !== undefined) return bracketed.replace(/%.*$/, '');
  const withPort = /^([\d.]+):\d+$/.exec(trimmed)?.[1];
  return withPort ?? trimmed.replace(/%.*$/, '');
}

const toGroup = (high: number | undefined, low: number | undefined): string =>
  (((high ?? 0) << 8) | (low ?? 0)).toString(16);

/** An IPv4 address at the end of an IPv6 address, written as two groups. */
function withoutDottedQuad(address: string): string {
  const quad = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (quad === undefined) return address;
  const [a, b, c, d] = quad.split('.').map(Number);
  return `${address.slice(0, -quad.length)}${toGroup(a, b)}:${toGroup(c, d)}`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = withoutDottedQuad(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(missing).fill('0'), ...after].map((group) =>
    Number.parseInt(group, 16),
  );
}

/** The IPv4 address in `::ffff:0:0/96` (mapped) or `64:ff9b::/96` (NAT64, RFC 6052); undefined elsewhere. */
function embeddedIPv4(groups: readonly number[]): string | undefined {
  const prefix = groups.slice(0, 6).join();
  if (prefix !== '0,0,0,0,0,65535' && prefix !== '100,65435,0,0,0,0') return undefined;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** Makes the rate limit keys of an address. All limits use this function. */
export function rateLimitKeys(text: string): RateLimitKeys {
  const address = bareAddress(text);
  if (isIPv4(address)) return { network: address, site: address };
  if (!isIPv6(address)) {
    const key = address.slice(0, MAX_TEXT);
    return { network: key, site: key };
  }
  const groups = groupsOf(address);
  const ipv4 = embeddedIPv4(groups);
  if (ipv4 !== undefined) return { network: ipv4, site: ipv4 };
  const hex = groups.map((group) => group.toString(16));
  return { network: `${hex.slice(0, 4).join(':')}::/64`, site: `${hex.slice(0, 3).join(':')}::/48` };
}
