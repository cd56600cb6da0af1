import type { PaymentOrigin } from '../kernel/billing.js';
import type { Clock } from '../kernel/clock.js';
import type { Practice } from '../kernel/practice.js';
import type { IntegrityCheck } from './database/integrity.js';
import type { ProblemCatalog } from './http/replies/problem-catalog.js';
import type { Page } from './http/pages/pages.js';
import type { Route } from './http/routing/route.js';
import type { JobHandler } from './jobs/job-runner.js';
import type { JobLane } from './jobs/job-lanes.js';
import type { Registrations } from './registrations.js';

/** `lane` groups jobs that wait for the same system; the handler takes its dependencies from the cradle. */
type ContextJob<Cradle> = Readonly<{ lane: JobLane; makeHandler: (cradle: Cradle) => JobHandler }>;

/** A context's part of the export of one person: plain JSON without hashes and tokens, undefined for an unknown person. */
type MemberExport<Cradle> = Readonly<{
  /** The name of the part. */
  section: string;
  collect: (cradle: Cradle, userId: string) => Promise<unknown>;
}>;

/** The registrations of the platform that routes and origins may use beside those of their context. */
type RouteDependencies = Readonly<{ clock: Clock; practice: Practice }>;

/** The interface of a bounded context to the composition root; each `module.ts` exports one. */
export type ContextModule<Cradle> = Readonly<{
  name: string;
  /** The sections of its routes in the reference. */
  tags: readonly Readonly<{ name: string; description: string }>[];
  registrations: Registrations;
  routes: readonly Route<Cradle & RouteDependencies>[];
  /** Pages behind links in mails. */
  pages: readonly Page[];
  problems: ProblemCatalog;
  /** The jobs by kind. */
  jobs: Readonly<Record<string, ContextJob<Cradle>>>;
  /** Exports the data about a person; omitted by a context without personal data. */
  exportMember?: MemberExport<Cradle>;
  /**
   * Erases the data about a person after the account was erased. A job calls it, so it must be idempotent. Identity does not
   * know the contexts that implement it.
   */
  memberErased?: (cradle: Cradle) => (userId: string) => Promise<void>;
  recurringJobs: readonly Readonly<{ kind: string; everyMs: number }>[];
  /** What the context has that is paid for, by the type of its origin. Made inside the transaction of a payment. */
  paymentOrigins?: Readonly<Record<string, (cradle: Cradle & RouteDependencies) => PaymentOrigin>>;
  /** The checks of `praxis integrity` on the stored data. */
  integrityChecks?: readonly IntegrityCheck[];
}>;
