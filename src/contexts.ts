import { cashModule } from './cash/module.js';
import { clinicModule } from './clinic/module.js';
import { identityModule } from './identity/module.js';
import { journalModule } from './journal/module.js';
import type { ContextModule } from './platform/context-module.js';
import type { Page } from './platform/http/pages/pages.js';
import { COMMON_PROBLEMS, type ProblemCatalog } from './platform/http/replies/problems.js';
import type { Route } from './platform/http/routing/route.js';
import { storefrontModule } from './storefront/module.js';

/** The bounded contexts of the house. A new one is added here and nowhere else. */
export const CONTEXTS: readonly ContextModule[] = [
  identityModule,
  cashModule,
  storefrontModule,
  clinicModule,
  journalModule,
];

export const ROUTES: readonly Route[] = CONTEXTS.flatMap(({ routes }) => routes);

export const CATALOG: ProblemCatalog = Object.assign(
  {},
  COMMON_PROBLEMS,
  ...CONTEXTS.map(({ problems }) => problems),
) as ProblemCatalog;

export const PAGES: readonly Page[] = CONTEXTS.flatMap(({ pages }) => pages);
