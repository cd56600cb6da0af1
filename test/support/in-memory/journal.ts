import { versionMismatch } from '../../../src/kernel/errors.js';
import type { NewJob } from '../../../src/kernel/outbox.js';
import { toPage, type Page, type PageKey, type PageRequest } from '../../../src/kernel/page.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';
import {
  NEWEST_COMMENTS,
  type CommentRepository,
  type CommentView,
  type JournalPorts,
  type JournalQueries,
  type PostFilter,
  type PostRepository,
  type PostView,
  type Report,
  type VisibilityScope,
} from '../../../src/journal/application/ports.js';
import {
  fingerprintOf,
  nextCommentVersion,
  restoreComment,
  type Comment,
} from '../../../src/journal/domain/comment.js';
import { duplicateComment, invalidParent } from '../../../src/journal/domain/errors.js';
import {
  isVisibleTo,
  nextPostVersion,
  restorePost,
  statusAt,
  type Post,
  type Revision,
} from '../../../src/journal/domain/post.js';
import { snippetOf } from '../../../src/journal/domain/snippet.js';
import { FakeIds } from '../fakes/ids.js';
import { makeInMemoryOutbox, storedJobs } from './outbox.js';
import { InMemoryStore, type Table } from './store.js';

const makeAsync =
  <Args extends readonly unknown[], Result>(work: (...args: Args) => Result) =>
  async (...args: Args): Promise<Result> => {
    await Promise.resolve(); // A real adapter is always asynchronous.
    return work(...args);
  };

type SlugRow = Readonly<{ id: string; postId: string | null }>;
type RevisionRow = Revision & Readonly<{ id: string }>;
type CommenterRow = Readonly<{ id: string; trustedAt: Date | null }>;
type ReportRow = Report & Readonly<{ closedAt: Date | null }>;
type UserRow = Readonly<{ id: string; name: string }>;

const compareKeys = (a: PageKey, b: PageKey): number =>
  Number(a[0]) - Number(b[0]) || (String(a[1]) < String(b[1]) ? -1 : String(a[1]) > String(b[1]) ? 1 : 0);

function pageOf<Row>(
  rows: readonly Row[],
  { limit, after }: PageRequest,
  keyOf: (row: Row) => PageKey,
  direction: 1 | -1,
): Page<Row> {
  const compare = (a: PageKey, b: PageKey): number => direction * compareKeys(a, b);
  const sorted = [...rows].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const rest = after === undefined ? sorted : sorted.filter((row) => compare(keyOf(row), after) > 0);
  return toPage(rest.slice(0, limit + 1), limit, keyOf);
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
/** Finds posts with all words and ranks the title before the content: the part of a full-text search that tests need. */
const rankOf = (post: Post, q: string): number => {
  const [title, plain] = [wordsOf(post.title), wordsOf(post.rendered.plain)];
  const ranks = wordsOf(q).map((word) => (title.includes(word) ? 1 : plain.includes(word) ? 0.4 : 0));
  return ranks.includes(0) ? 0 : ranks.reduce<number>((sum, rank) => sum + rank, 0);
};

export type InMemoryJournal = Readonly<{
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  journalQueries: JournalQueries;
  addUser(id: string, name?: string): void;
  jobs(): readonly NewJob[];
}>;

/** In-memory adapters of the journal's ports. They pass the same contract suite as the SQL adapters (test/contracts). */
export function makeInMemoryJournal(store = new InMemoryStore()): InMemoryJournal {
  const posts: Table<Post> = store.table('posts');
  const slugs: Table<SlugRow> = store.table('post_slugs');
  const revisions: Table<RevisionRow> = store.table('post_revisions');
  const comments: Table<Comment> = store.table('comments');
  const commenters: Table<CommenterRow> = store.table('commenters');
  const reports: Table<ReportRow> = store.table('comment_reports');
  const users: Table<UserRow> = store.table('users');

  const named = (id: string) => ({ id, name: users.get(id)?.name ?? '' });
  const ofPost = <Row extends { postId: string | null }>(table: { all(): Row[] }, postId: string): Row[] =>
    table.all().filter((row) => row.postId === postId);

  const assertNew = (comment: Comment): void => {
    const { id, comment: text } = comment;
    if (text === null) return;
    const same = ofPost(comments, comment.postId).some(
      (other) =>
        other.id !== id &&
        other.authorId === comment.authorId &&
        other.comment !== null &&
        fingerprintOf(other.comment) === fingerprintOf(text),
    );
    if (same) throw duplicateComment();
  };

  const postRepository: PostRepository = {
    lock: makeAsync((id) => {
      const row = posts.lock(id);
      return row && restorePost(row);
    }),
    lockShared: makeAsync((id) => {
      const row = posts.lock(id);
      return row && restorePost(row);
    }),
    insert: makeAsync((post) => {
      posts.put(post);
    }),
    save: makeAsync((post) => {
      if (posts.get(post.id)?.version !== post.version) throw versionMismatch();
      const saved = nextPostVersion(post);
      posts.put(saved);
      return saved;
    }),
    delete: makeAsync((id) => {
      for (const { id: commentId } of ofPost(comments, id)) {
        for (const report of reports.all()) if (report.commentId === commentId) reports.delete(report.id);
        comments.delete(commentId);
      }
      for (const revision of ofPost(revisions, id)) revisions.delete(revision.id);
      for (const slug of ofPost(slugs, id)) slugs.put({ ...slug, postId: null });
      posts.delete(id);
    }),
    claimSlug: makeAsync((slug, postId) => {
      const row = slugs.get(slug);
      if (row === undefined) slugs.put({ id: slug, postId });
      return row === undefined || row.postId === postId;
    }),
    freeSlugs: makeAsync((wanted) => new Set(wanted.filter((slug) => slugs.get(slug) === undefined))),
    appendRevision: makeAsync((revision) => {
      revisions.put({ ...revision, id: `${revision.postId}/${revision.number}` });
    }),
    findRevision: makeAsync((postId, number) => {
      const row = revisions.get(`${postId}/${number}`);
      if (row === undefined) return undefined;
      const { id: _, ...revision } = row;
      return revision;
    }),
  };

  const commentRepository: CommentRepository = {
    lockCommenter: makeAsync((userId) => {
      const row = commenters.lock(userId) ?? { id: userId, trustedAt: null };
      commenters.put(row);
      return { trustedAt: row.trustedAt };
    }),
    setTrusted: makeAsync((userId, trustedAt) => {
      if (commenters.get(userId) !== undefined) commenters.put({ id: userId, trustedAt });
    }),
    writtenSince: makeAsync((userId, since) =>
      comments
        .all()
        .filter(({ authorId, createdAt }) => authorId === userId && createdAt > since)
        .map(({ createdAt }) => createdAt),
    ),
    find: makeAsync((id) => {
      const row = comments.get(id);
      return row && restoreComment(row);
    }),
    lock: makeAsync((id) => {
      const row = comments.lock(id);
      return row && restoreComment(row);
    }),
    insert: makeAsync((comment) => {
      const parent = comment.parentId === null ? undefined : comments.get(comment.parentId);
      if (comment.parentId !== null && (parent?.postId !== comment.postId || parent.parentId !== null))
        throw invalidParent();
      assertNew(comment);
      comments.put(comment);
    }),
    save: makeAsync((comment) => {
      if (comments.get(comment.id)?.version !== comment.version) throw versionMismatch();
      assertNew(comment);
      const saved = nextCommentVersion(comment);
      comments.put(saved);
      return saved;
    }),
    addReport: makeAsync((report) => {
      const known = reports
        .all()
        .some(({ commentId, by }) => commentId === report.commentId && by === report.by);
      if (!known) reports.put({ ...report, closedAt: null });
      return !known;
    }),
    openReports: makeAsync(
      (commentId) =>
        reports.all().filter((row) => row.commentId === commentId && row.closedAt === null).length,
    ),
    closeReports: makeAsync((commentId, now) => {
      for (const row of reports.all())
        if (row.commentId === commentId && row.closedAt === null) reports.put({ ...row, closedAt: now });
    }),
    lockUnpublishedBy: makeAsync((userId) =>
      comments
        .all()
        .filter(
          ({ authorId, approvedAt, status }) =>
            authorId === userId && approvedAt === null && status !== 'deleted',
        )
        .map(restoreComment),
    ),
    deleteReportReasons: makeAsync((userId) => {
      for (const row of reports.all()) if (row.by === userId) reports.put({ ...row, reason: null });
    }),
  };

  const sees = (post: Post | undefined, { audience, now }: VisibilityScope): post is Post =>
    post !== undefined && isVisibleTo(post, audience, now);
  const isApproved = ({ status, parentId }: Comment): boolean => {
    const parent = parentId === null ? undefined : comments.get(parentId);
    return status === 'approved' && (parent === undefined || ['approved', 'deleted'].includes(parent.status));
  };
  const keepsPlace = ({ id, status }: Comment): boolean =>
    status === 'deleted' &&
    comments.all().some((reply) => reply.parentId === id && reply.status === 'approved');
  const shownOf = (post: Post): Comment[] =>
    post.commentPolicy === 'hidden'
      ? []
      : ofPost(comments, post.id).filter((comment) => isApproved(comment) || keepsPlace(comment));

  const commentView = ({ authorId, approvedAt: _, updatedAt: __, ...row }: Comment): CommentView => ({
    id: row.id,
    postId: row.postId,
    parentId: row.parentId,
    author: named(authorId),
    comment: row.comment,
    html: row.html,
    htmlVersion: row.htmlVersion,
    status: row.status,
    version: row.version,
    createdAt: row.createdAt,
    editedAt: row.editedAt,
  });
  const byTime = ({ createdAt, id }: { createdAt: Date; id: string }): PageKey => [createdAt.getTime(), id];

  const postView = (
    post: Post,
    { now }: VisibilityScope,
    { comments: withComments = false, q }: { comments?: boolean | undefined; q?: string | undefined },
  ): PostView => {
    const newest = withComments
      ? pageOf(shownOf(post).filter(isApproved), { limit: NEWEST_COMMENTS }, byTime, -1).items.map(
          commentView,
        )
      : undefined;
    return {
      id: post.id,
      slug: post.slug,
      title: post.title,
      content: post.content,
      rendered: { html: post.rendered.html, version: post.rendered.version },
      htmlVersions: [post.rendered.version, ...(newest ?? []).map(({ htmlVersion }) => htmlVersion)],
      tags: post.tags,
      author: named(post.authorId),
      status: statusAt(post, now),
      visibility: post.visibility,
      commentPolicy: post.commentPolicy,
      publishAt: post.publishAt,
      version: post.version,
      createdAt: post.createdAt,
      updatedAt: post.updatedAt,
      ...(newest && { comments: newest }),
      ...(q !== undefined && { match: snippetOf(post.rendered.plain, q) }),
    };
  };

  const listed = (
    filter: PostFilter,
    scope: VisibilityScope,
    page: PageRequest,
    options: Readonly<{ comments?: boolean }> = {},
  ): Page<PostView> => {
    const { statuses, authorId, tag, q } = filter;
    const found = posts
      .all()
      .filter(
        (post) =>
          sees(post, scope) &&
          statuses.includes(statusAt(post, scope.now)) &&
          (authorId === undefined || post.authorId === authorId) &&
          (tag === undefined || post.tags.includes(tag)) &&
          (q === undefined || rankOf(post, q) > 0),
      );
    const keyOf = (post: Post): PageKey => [
      q === undefined ? (post.publishAt ?? post.createdAt).getTime() : rankOf(post, q),
      post.id,
    ];
    const { items, next } = pageOf(found, page, keyOf, -1);
    return { items: items.map((post) => postView(post, scope, { ...options, q })), next };
  };

  const journalQueries: JournalQueries = {
    posts: makeAsync(listed),
    post: makeAsync((key, scope, options = {}) => {
      const id = 'id' in key ? key.id : (slugs.get(key.slug)?.postId ?? '');
      const post = posts.get(id);
      return sees(post, scope) ? postView(post, scope, options) : undefined;
    }),
    revisions: makeAsync((postId, scope, page) => {
      if (!sees(posts.get(postId), scope)) return undefined;
      const views = ofPost(revisions, postId).map(({ id: _, postId: __, by, ...row }) => ({
        ...row,
        by: named(by),
      }));
      return pageOf(views, page, ({ number }) => [number], -1);
    }),
    comments: makeAsync((postId, scope, page) => {
      const post = posts.get(postId);
      if (!sees(post, scope)) return undefined;
      const { items, next } = pageOf(shownOf(post), page, byTime, 1);
      return { items: items.map(commentView), next };
    }),
    shownComment: makeAsync((id, scope) => {
      const comment = comments.get(id);
      const post = comment && posts.get(comment.postId);
      if (comment === undefined || !sees(post, scope)) return undefined;
      return shownOf(post).some((shown) => shown.id === id) ? commentView(comment) : undefined;
    }),
    comment: makeAsync((id) => {
      const comment = comments.get(id);
      return comment && commentView(comment);
    }),
    queue: makeAsync(({ statuses, postId }, page) => {
      const found = comments
        .all()
        .filter(
          (comment) =>
            statuses.includes(comment.status) && (postId === undefined || comment.postId === postId),
        );
      const { items, next } = pageOf(found, page, byTime, 1);
      const openOf = (id: string): number =>
        reports.all().filter((row) => row.commentId === id && row.closedAt === null).length;
      return {
        items: items.map((comment) => ({ ...commentView(comment), reports: openOf(comment.id) })),
        next,
      };
    }),
    commentSubject: makeAsync((id) => {
      const comment = comments.get(id);
      const post = comment && posts.get(comment.postId);
      if (comment === undefined || post === undefined) return undefined;
      return {
        status: comment.status,
        postTitle: post.title,
        postSlug: post.slug,
        postAuthorId: post.authorId,
        commentAuthorId: comment.authorId,
      };
    }),
    record: makeAsync((userId) => {
      const record = {
        posts: posts.all().filter(({ authorId }) => authorId === userId),
        revisions: revisions.all().filter(({ by }) => by === userId),
        comments: comments.all().filter(({ authorId }) => authorId === userId),
        reports: reports.all().filter(({ by }) => by === userId),
      };
      return Object.values(record).some((part) => part.length > 0) ? record : undefined;
    }),
  };

  const ports: JournalPorts = {
    posts: postRepository,
    comments: commentRepository,
    journalQueries,
    outbox: makeInMemoryOutbox({ store, ids: new FakeIds('01950000') }),
  };
  return {
    journalUnitOfWork: store.unitOfWork(ports),
    journalQueries,
    addUser: (id, name = 'Mia Member') => users.put({ id, name }),
    jobs: () => storedJobs(store),
  };
}
