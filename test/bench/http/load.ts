import autocannon from 'autocannon';
import type { Call, Workload } from './workloads.js';

/** The result of one round of load. */
export type Round = Readonly<{
  /** Answers of 2xx a second. */
  rate: number;
  p50Ms: number;
  p99Ms: number;
  answers: number;
  /** Statuses other than 2xx, and how often. */
  refused: ReadonlyMap<number, number>;
  /** 503s without Retry-After; counted only with `polite`. */
  rude: number;
  /** Connections that broke, and requests that got no answer in time. */
  broken: number;
}>;

/** Requests that are the same every time are made once. */
const PREBUILT = 512;

type Target = Readonly<{ url: string; method: Workload['method']; call: (n: number) => Call }>;
type Load = Readonly<{ connections: number; seconds: number; polite?: boolean }>;

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Sends requests over `connections` as fast as they are answered. */
export async function load(
  { url, method, call }: Target,
  { connections, seconds, polite = false }: Load,
): Promise<Round> {
  let n = 0;
  let rude = 0;
  const watch: autocannon.Request = polite
    ? {
        onResponse(status, _body, _context, headers) {
          const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
          if (status === 503 && !names.includes('retry-after')) rude += 1;
        },
      }
    : {};
  const next = (): autocannon.Request => {
    const { path, headers, body } = call(n);
    n += 1;
    return { ...watch, method, path, headers, ...(body !== undefined && { body }) };
  };
  const requests: autocannon.Request[] =
    method === 'GET'
      ? Array.from({ length: PREBUILT }, next)
      : [{ ...watch, method, setupRequest: (request) => ({ ...request, ...next() }) }];
  const refused = new Map<number, number>();
  let answers = 0;
  const begunMs = performance.now();
  const { latency, errors, timeouts } = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      { url, connections, duration: seconds, timeout: 20, requests },
      (error: Error | null, result) => (error === null ? resolve(result) : reject(error)),
    );
    run.on('response', (_client, status) => {
      if (isSuccess(status)) answers += 1;
      else refused.set(status, (refused.get(status) ?? 0) + 1);
    });
  });
  const tookS = (performance.now() - begunMs) / 1_000;
  return {
    rate: answers / tookS,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    answers,
    refused,
    rude,
    broken: errors + timeouts,
  };
}
