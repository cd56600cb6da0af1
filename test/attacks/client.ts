/** Sends a request as a proxy forwards it for the client `from`; needs TRUST_PROXY. */
export async function post(
  url: string,
  path: string,
  { from, body, token }: Readonly<{ from: string; body: unknown; token?: string }>,
): Promise<Readonly<{ status: number; headers: Headers; text: string; milliseconds: number }>> {
  const begun = performance.now();
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Forwarded-For': from,
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    milliseconds: performance.now() - begun,
  };
}

export const PASSWORD = 'praxis-demo-2026';

/** Signs in from `from`. */
export const signIn = (url: string, from: string, email: string, password = PASSWORD) =>
  post(url, '/v1/sessions', { from, body: { email, password } });

/** Calls `attempt` with 0, 1, … `count` - 1, a fixed number at a time, until all have ended or `signal` aborts. */
export async function inParallel(
  count: number,
  atOnce: number,
  signal: AbortSignal,
  attempt: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      next += 1;
      await attempt(next - 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

export const countOf = (statuses: readonly number[], status: number): number =>
  statuses.filter((each) => each === status).length;
