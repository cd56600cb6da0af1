import type { Target } from './attack.js';

type Call = Readonly<{ token?: string; body?: unknown; headers?: Readonly<Record<string, string>> }>;
type Answer = Readonly<{ status: number; body: unknown }>;
export type CallTarget = (method: string, path: string, call?: Call) => Promise<Answer>;

/** Requests of one client, answered with the status and the parsed JSON. */
export const callOf =
  ({ url }: Target, signal: AbortSignal): CallTarget =>
  async (method, path, { token, body, headers = {} } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      signal,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  };

/** The access token of a user of the demo practice. */
export async function signIn(call: CallTarget, email: string): Promise<string> {
  const { status, body } = await call('POST', '/v1/sessions', {
    body: { email, password: 'praxis-demo-2026' },
  });
  if (status !== 201) throw new Error(`${email} could not sign in: ${status}`);
  return (body as { accessToken: string }).accessToken;
}
