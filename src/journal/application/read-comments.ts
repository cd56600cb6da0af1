import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import { findShown } from './find-comment.js';
import type { CommentStatus, CommentView, JournalQueries, MarkdownRenderer, QueuedComment } from './ports.js';
import { freshComment } from './present.js';

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer; clock: Clock }>;

/** Oldest first, so that a comment comes before its replies. not_found for a post that cannot be seen. */
export type ListComments = (
  query: Readonly<{ viewer: Viewer; postId: string; page: PageRequest }>,
) => Promise<Page<CommentView>>;

export const makeListComments =
  ({ journalQueries, markdown, clock }: Dependencies): ListComments =>
  async ({ viewer, postId, page }) => {
    const sight = { audience: audienceOf(viewer), now: clock.now() };
    const found = await journalQueries.comments(postId, sight, page);
    if (found === undefined) throw notFound('post');
    return {
      ...found,
      items: await Promise.all(found.items.map((view) => freshComment(view, { markdown }))),
    };
  };

/** not_found */
export type ViewComment = (query: Readonly<{ viewer: Viewer; commentId: string }>) => Promise<CommentView>;

export const makeViewComment =
  ({ journalQueries, markdown, clock }: Dependencies): ViewComment =>
  async ({ viewer, commentId }) =>
    freshComment(await findShown(journalQueries, { viewer, commentId, now: clock.now() }), { markdown });

/** For moderators; those that wait unless other states are asked for, oldest first. */
export type ListCommentQueue = (
  query: Readonly<{
    statuses: readonly CommentStatus[];
    postId: string | undefined;
    page: PageRequest;
  }>,
) => Promise<Page<QueuedComment>>;

export const makeListCommentQueue =
  ({ journalQueries, markdown }: Dependencies): ListCommentQueue =>
  async ({ statuses, postId, page }) => {
    const found = await journalQueries.queue({ statuses, postId }, page);
    return {
      ...found,
      items: await Promise.all(found.items.map((view) => freshComment(view, { markdown }))),
    };
  };
