import { readFileSync } from 'node:fs';

const KIBIBYTES_A_MEGABYTE = 1_024;
const EVERY_MS = 1_000;

/** The resident memory of a process in MB (2^20 bytes); undefined when it has ended. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Math.round(Number(kibibytes) / KIBIBYTES_A_MEGABYTE);
  } catch {
    return undefined;
  }
}

export type MemorySample = Readonly<{ at: number; megabytes: number }>;

/** Samples the resident memory of a process every second. */
export function watchMemory(pid: number): Readonly<{
  between(from: number, to: number): readonly MemorySample[];
  stop(): void;
}> {
  const samples: MemorySample[] = [];
  const sample = (): void => {
    const megabytes = residentMegabytes(pid);
    if (megabytes !== undefined) samples.push({ at: Date.now(), megabytes });
  };
  sample();
  const timer = setInterval(sample, EVERY_MS);
  return {
    between: (from, to) => samples.filter(({ at }) => at >= from && at < to),
    stop: () => clearInterval(timer),
  };
}
