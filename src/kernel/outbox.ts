/** Plain JSON. It is stored, so it contains ids and never a secret. */
export type JobPayload = Readonly<Record<string, string | number | boolean | null>>;

export type NewJob = Readonly<{
  /** `<context>.<action>`, the name that a handler is registered under. */
  kind: string;
  payload: JobPayload;
  /** The job does not start before this instant; without it, it starts at once. */
  runAt?: Date;
  /** A second job with the same key is dropped. */
  dedupeKey?: string;
}>;

/**
 * Jobs that run after the commit, such as a mail or a settlement. The job's row commits with the change that needs it,
 * so no acknowledged change loses its job. Each job runs at least once, so handlers must be idempotent.
 */
export interface Outbox {
  append(...jobs: readonly NewJob[]): Promise<void>;
}
