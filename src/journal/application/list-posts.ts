import type { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { canonicalTag } from '../domain/post.js';
import { isStaff, type Viewer } from '../domain/viewer.js';
import type { JournalQueries, MarkdownRenderer, PostFilter, PostView } from './ports.js';
import { rerenderIfStale } from './rerender.js';
import { scopeOf } from './visibility-scope.js';

/**
 * Published posts by default. Staff may ask for other statuses and get the posts in them that they manage; forbidden for
 * everybody else.
 */
export type ListPosts = (
  query: Readonly<{
    viewer: Viewer;
    filter: Omit<PostFilter, 'statuses'> & Readonly<{ statuses?: PostFilter['statuses'] | undefined }>;
    comments: boolean;
    page: PageRequest;
  }>,
) => Promise<Page<PostView>>;

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer; clock: Clock }>;

export const makeListPosts =
  ({ journalQueries, markdown, clock }: Dependencies): ListPosts =>
  async ({ viewer, filter: { statuses = ['published'], tag, ...rest }, comments, page }) => {
    if (!isStaff(viewer) && statuses.some((status) => status !== 'published'))
      throw new DomainError('forbidden', 'forbidden', 'Only staff may ask for posts that are not published.');
    const filter = { ...rest, statuses, ...(tag !== undefined && { tag: canonicalTag(tag) }) };
    const { items, next } = await journalQueries.posts(filter, scopeOf(viewer, clock), page, { comments });
    return { items: await Promise.all(items.map((post) => rerenderIfStale(post, { markdown }))), next };
  };
