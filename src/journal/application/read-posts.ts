import type { Clock } from '../../kernel/clock.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import { ANYBODY, audienceOf, isStaff, type Viewer } from '../domain/viewer.js';
import {
  canonicalTag,
  FEED_LENGTH,
  type FeedWriter,
  type JournalQueries,
  type MarkdownRenderer,
  type PostFilter,
  type PostView,
  type RevisionView,
  type VisibilityScope,
} from './ports.js';
import { rerenderIfStale } from './present.js';

type Dependencies = Readonly<{ journalQueries: JournalQueries; markdown: MarkdownRenderer; clock: Clock }>;

const sightOf = (viewer: Viewer, clock: Clock): VisibilityScope => ({
  audience: audienceOf(viewer),
  now: clock.now(),
});

/**
 * Published posts unless staff ask for others, and then those the caller manages. forbidden for whoever is not staff
 * and asks for other than published ones.
 */
export type ListPosts = (
  query: Readonly<{
    viewer: Viewer;
    filter: Omit<PostFilter, 'statuses'> & Readonly<{ statuses?: PostFilter['statuses'] | undefined }>;
    comments: boolean;
    page: PageRequest;
  }>,
) => Promise<Page<PostView>>;

export const makeListPosts =
  ({ journalQueries, markdown, clock }: Dependencies): ListPosts =>
  async ({ viewer, filter: { statuses = ['published'], tag, ...filter }, comments, page }) => {
    if (!isStaff(viewer) && statuses.some((status) => status !== 'published'))
      throw new DomainError('forbidden', 'forbidden', 'Only staff may ask for posts that are not published.');
    const asked = { ...filter, statuses, ...(tag !== undefined && { tag: canonicalTag(tag) }) };
    const sight = sightOf(viewer, clock);
    const { items, next } = await journalQueries.posts(asked, sight, page, { comments });
    return { items: await Promise.all(items.map((post) => rerenderIfStale(post, { markdown }))), next };
  };

/** `movedTo`: the slug that stands where the one asked for stood. not_found */
export type ViewPost = (
  query: Readonly<{
    viewer: Viewer;
    key: Readonly<{ id: string } | { slug: string }>;
    comments: boolean;
  }>,
) => Promise<Readonly<{ post: PostView } | { movedTo: string }>>;

export const makeViewPost =
  ({ journalQueries, markdown, clock }: Dependencies): ViewPost =>
  async ({ viewer, key, comments }) => {
    const post = await journalQueries.post(key, sightOf(viewer, clock), { comments });
    if (post === undefined) throw notFound('post');
    if ('slug' in key && key.slug !== post.slug) return { movedTo: post.slug };
    return { post: await rerenderIfStale(post, { markdown }) };
  };

/** Newest first. not_found for whoever does not manage the post. */
export type ListRevisions = (
  query: Readonly<{ viewer: Viewer; postId: string; page: PageRequest }>,
) => Promise<Page<RevisionView>>;

export const makeListRevisions =
  ({ journalQueries, clock }: Dependencies): ListRevisions =>
  async ({ viewer, postId, page }) => {
    // Nothing but what the caller manages: published is not enough to read what it once said.
    const sight = sightOf(viewer, clock);
    const own: VisibilityScope = { ...sight, audience: { ...sight.audience, visibilities: [] } };
    const revisions = await journalQueries.revisions(postId, own, page);
    if (revisions === undefined) throw notFound('post');
    return revisions;
  };

/** The newest posts that anybody may read, as an Atom feed. */
export type ReadJournalFeed = () => Promise<string>;

export const makeReadJournalFeed =
  ({
    journalQueries,
    feedWriter,
    markdown,
    clock,
  }: Dependencies & Readonly<{ feedWriter: FeedWriter }>): ReadJournalFeed =>
  async () => {
    const sight = { audience: ANYBODY, now: clock.now() };
    const { items } = await journalQueries.posts({ statuses: ['published'] }, sight, { limit: FEED_LENGTH });
    return feedWriter.write(await Promise.all(items.map((post) => rerenderIfStale(post, { markdown }))));
  };
