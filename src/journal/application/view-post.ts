import type { Clock } from '../../kernel/clock.js';
import { notFound } from '../../kernel/errors.js';
import type { Viewer } from '../domain/viewer.js';
import type { JournalQueries, MarkdownRenderer, PostView } from './ports.js';
import { rerenderIfStale } from './rerender.js';
import { scopeOf } from './visibility-scope.js';

/** `movedTo`: the present slug, when the given slug is a former one. not_found */
export type ViewPost = (
  query: Readonly<{
    viewer: Viewer;
    key: Readonly<{ id: string } | { slug: string }>;
    comments: boolean;
  }>,
) => Promise<Readonly<{ post: PostView } | { movedTo: string }>>;

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer; clock: Clock }>;

export const makeViewPost =
  ({ journalQueries, markdown, clock }: Dependencies): ViewPost =>
  async ({ viewer, key, comments }) => {
    const post = await journalQueries.post(key, scopeOf(viewer, clock), { comments });
    if (post === undefined) throw notFound('post');
    if ('slug' in key && key.slug !== post.slug) return { movedTo: post.slug };
    return { post: await rerenderIfStale(post, { markdown }) };
  };
