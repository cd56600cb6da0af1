import type { Clock } from '../../kernel/clock.js';
import type { Viewer } from '../domain/viewer.js';
import { findVisibleComment } from './find-comment.js';
import type { CommentView, JournalQueries, MarkdownRenderer } from './ports.js';
import { rerenderCommentIfStale } from './rerender.js';

/** not_found */
export type ViewComment = (query: Readonly<{ viewer: Viewer; commentId: string }>) => Promise<CommentView>;

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer; clock: Clock }>;

export const makeViewComment =
  ({ journalQueries, markdown, clock }: Dependencies): ViewComment =>
  async ({ viewer, commentId }) => {
    const view = await findVisibleComment(journalQueries, { viewer, commentId, now: clock.now() });
    return rerenderCommentIfStale(view, { markdown });
  };
