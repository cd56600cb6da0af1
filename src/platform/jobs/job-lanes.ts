import { MINUTE } from '../../kernel/clock.js';

/**
 * The system that a job waits for. Each lane has its own slots, so a system that hangs delays only its lane: `database`
 * waits for PostgreSQL alone, `payments` for the payment gateway, `mail` for the mail server.
 */
export const JOB_LANES = ['database', 'payments', 'mail'] as const;
export type JobLane = (typeof JOB_LANES)[number];

/** `concurrency` is per process. A handler has `leaseMs`; after that its slot is free and another process may run the job. */
export type LaneSettings = Readonly<{ concurrency: number; leaseMs: number }>;

/** Two mails at once, because the SMTP transport keeps two connections. */
export const LANE_SETTINGS: Readonly<Record<JobLane, LaneSettings>> = {
  database: { concurrency: 2, leaseMs: MINUTE },
  payments: { concurrency: 2, leaseMs: MINUTE },
  mail: { concurrency: 2, leaseMs: MINUTE },
};
