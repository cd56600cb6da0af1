import type { AwilixContainer } from 'awilix';
import type { IntegrityCheck } from './database/integrity.js';
import type { ProblemCatalog } from './http/replies/problems.js';
import type { Page } from './http/pages/pages.js';
import type { Route } from './http/routing/route.js';
import type { JobHandler } from './jobs/job-runner.js';
import type { JobLane } from './jobs/job-lanes.js';

/** `lane` names what the job waits for; the handler takes what it needs from the cradle. */
type ContextJob = Readonly<{ lane: JobLane; makeHandler: (cradle: never) => JobHandler }>;

/** A context's part of everything held about one person: plain JSON without a hash or a token, undefined for nobody. */
type MemberExport = Readonly<{
  /** The name its part goes by. */
  section: string;
  collect(cradle: never, userId: string): Promise<unknown>;
}>;

/** All that the house asks of a bounded context; each `module.ts` exports one. */
export type ContextModule = Readonly<{
  /** The section its routes form in the reference. */
  tags: readonly Readonly<{ name: string; description: string }>[];
  register(container: AwilixContainer): void;
  routes: readonly Route[];
  /** Pages behind links in mails. */
  pages: readonly Page[];
  problems: ProblemCatalog;
  /** Its jobs by kind. */
  jobs: Readonly<Record<string, ContextJob>>;
  /** What it holds about a person, for that person; left out by a context that holds nothing about anybody. */
  exportMember?: MemberExport;
  /**
   * Forgets what it holds about a person, when that person was erased; called by a job, so more than once if need be.
   * Whoever erases knows none of those who listen.
   */
  memberErased?(cradle: never): (userId: string) => Promise<void>;
  recurringJobs: readonly Readonly<{ kind: string; everyMs: number }>[];
  /** What `praxis integrity` looks at: rules that its stored data keeps. */
  integrityChecks?: readonly IntegrityCheck[];
}>;
