import { codePoints } from './code-points.js';

const MAX_IP_LENGTH = 64;
const MAX_USER_AGENT_LENGTH = 512;

/** Where a request comes from, for the person to recognise their own sessions and doings by. */
export type Client = Readonly<{ ip: string; userAgent: string }>;

/** Cuts between code points, so that no half of a surrogate pair is left. */
const cut = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : codePoints(text).slice(0, maxLength).join('');

/** As much of it as is kept. */
export const boundedClient = ({ ip, userAgent }: Client): Client => ({
  ip: cut(ip, MAX_IP_LENGTH),
  userAgent: cut(userAgent, MAX_USER_AGENT_LENGTH),
});
