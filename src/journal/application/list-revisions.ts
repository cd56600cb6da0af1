import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Viewer } from '../domain/viewer.js';
import type { JournalQueries, RevisionView, VisibilityScope } from './ports.js';
import { scopeOf } from './visibility-scope.js';

/** Newest first. not_found for everybody who does not manage the post. */
export type ListRevisions = (
  query: Readonly<{ viewer: Viewer; postId: string; page: PageRequest }>,
) => Promise<Page<RevisionView>>;

type Dependencies = Readonly<{ journalQueries: JournalQueries; clock: Clock }>;

export const makeListRevisions =
  ({ journalQueries, clock }: Dependencies): ListRevisions =>
  async ({ viewer, postId, page }) => {
    // Readers of a published post must not see its former texts: only posts that the viewer manages are in scope.
    const scope = scopeOf(viewer, clock);
    const managed: VisibilityScope = { ...scope, audience: { ...scope.audience, visibilities: [] } };
    const revisions = await journalQueries.revisions(postId, managed, page);
    if (revisions === undefined) throw notFound('post');
    return revisions;
  };
