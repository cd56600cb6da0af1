const MAX_IP_LENGTH = 64;
const MAX_USER_AGENT_LENGTH = 512;

/** The source of a request, by which users recognise their own sessions and actions. */
export type Client = Readonly<{ ip: string; userAgent: string }>;

/** Truncates between code points, so that no surrogate pair is split. */
const cut = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : Array.from(text).slice(0, maxLength).join('');

/** The client with its user agent truncated to the stored length. */
export const boundedClient = ({ ip, userAgent }: Client): Client => ({
  ip: cut(ip, MAX_IP_LENGTH),
  userAgent: cut(userAgent, MAX_USER_AGENT_LENGTH),
});
