import type { Page, PageRequest } from '../../../kernel/page.js';
import type { CommentStatus } from '../../domain/comment.js';
import type { PostStatus } from '../../domain/post.js';
import type { Audience } from '../../domain/viewer.js';
import type { CommentSubject, CommentView, PostView, QueuedComment, RevisionView } from './views.js';

/** `statuses`: at the moment of the request. `tag` is canonical. */
export type PostFilter = Readonly<{
  statuses: readonly PostStatus[];
  authorId?: string | undefined;
  tag?: string | undefined;
  /** In the syntax of websearch_to_tsquery: words, "phrases", -exclusions, or. */
  q?: string | undefined;
}>;

export type QueueFilter = Readonly<{ statuses: readonly CommentStatus[]; postId?: string | undefined }>;

/** The posts that a reader can see at a moment. Every read of posts and comments takes one and applies the same rule. */
export type VisibilityScope = Readonly<{ audience: Audience; now: Date }>;

/** Each method is one statement, however many posts and comments it returns. */
export interface JournalQueries {
  /**
   * Newest first, by the time of publishing, or of creation for posts without one; the page key is [that in ms since
   * 1970, id]. A search is sorted by relevance; its page key is [rank, id].
   */
  posts(
    filter: PostFilter,
    scope: VisibilityScope,
    page: PageRequest,
    options?: Readonly<{ comments?: boolean }>,
  ): Promise<Page<PostView>>;
  /** Finds a post by id, or by its present or a former slug. */
  post(
    key: Readonly<{ id: string } | { slug: string }>,
    scope: VisibilityScope,
    options?: Readonly<{ comments?: boolean }>,
  ): Promise<PostView | undefined>;
  /** Newest first; the page key is [number]. undefined when there is no such post in the scope. */
  revisions(
    postId: string,
    scope: VisibilityScope,
    page: PageRequest,
  ): Promise<Page<RevisionView> | undefined>;
  /**
   * Approved comments and deleted ones that have replies, oldest first, replies among them; the page key is [createdAt in
   * ms, id]. undefined when there is no such post in the scope.
   */
  comments(postId: string, scope: VisibilityScope, page: PageRequest): Promise<Page<CommentView> | undefined>;
  /** Finds a comment that `comments` would list. */
  shownComment(id: string, scope: VisibilityScope): Promise<CommentView | undefined>;
  /** Finds a comment in any state, of any post. */
  comment(id: string): Promise<CommentView | undefined>;
  /** The comments of all posts for moderators, oldest first; the page key is [createdAt in ms, id]. */
  queue(filter: QueueFilter, page: PageRequest): Promise<Page<QueuedComment>>;
  commentSubject(id: string): Promise<CommentSubject | undefined>;
  /** Everything stored about a person, as plain JSON; undefined when there is nothing. */
  record(userId: string): Promise<object | undefined>;
}
