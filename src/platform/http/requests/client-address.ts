import { isIPv4 } from 'node:net';
import { rateLimitKeys } from '../rate-limits/rate-limit-keys.js';

/**
 * Truncates a client's address for the log: the /24 network of an IPv4 address, the /48 of an IPv6 address. This shows
 * where a flood comes from and does not identify a person (docs/threat-model.md). '' for invalid addresses.
 */
export function truncateAddress(address: string): string {
  const { site } = rateLimitKeys(address.replace(/\/\d+$/, ''));
  if (isIPv4(site)) return `${site.split('.').slice(0, 3).join('.')}.0/24`;
  return site.endsWith('::/48') ? site : '';
}
