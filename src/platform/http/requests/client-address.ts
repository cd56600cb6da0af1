import { isIPv4 } from 'node:net';
import { rateLimitKeys } from '../rate-limits/rate-limit-keys.js';

/**
 * A client's address for the log: the /24 network of an IPv4 address, the /48 of an IPv6 address. That is enough to see
 * where a flood comes from, and too little to say who asked (docs/threat-model.md). '' for what is no address.
 */
export function truncateAddress(address: string): string {
  const { site } = rateLimitKeys(address.replace(/\/\d+$/, ''));
  if (isIPv4(site)) return `${site.split('.').slice(0, 3).join('.')}.0/24`;
  return site.endsWith('::/48') ? site : '';
}
