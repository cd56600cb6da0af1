import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Viewer } from '../domain/viewer.js';
import type { CommentView, JournalQueries, MarkdownRenderer } from './ports.js';
import { rerenderCommentIfStale } from './rerender.js';
import { scopeOf } from './visibility-scope.js';

/** Oldest first, so that a comment comes before its replies. not_found for a post that the viewer cannot see. */
export type ListComments = (
  query: Readonly<{ viewer: Viewer; postId: string; page: PageRequest }>,
) => Promise<Page<CommentView>>;

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer; clock: Clock }>;

export const makeListComments =
  ({ journalQueries, markdown, clock }: Dependencies): ListComments =>
  async ({ viewer, postId, page }) => {
    const found = await journalQueries.comments(postId, scopeOf(viewer, clock), page);
    if (found === undefined) throw notFound('post');
    return {
      ...found,
      items: await Promise.all(found.items.map((view) => rerenderCommentIfStale(view, { markdown }))),
    };
  };
