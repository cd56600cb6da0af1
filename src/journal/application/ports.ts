import type { Outbox } from '../../kernel/outbox.js';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { Comment, CommentStatus, RenderedComment } from '../domain/comment.js';
import type { Post, PostStatus, Rendered, Revision } from '../domain/post.js';
import type { Snippet } from '../domain/snippet.js';
import type { Audience } from '../domain/viewer.js';

export { COMMENT_STATUSES, MAX_COMMENT, MAX_REASON, type CommentStatus } from '../domain/comment.js';
export {
  canonicalTag,
  COMMENT_POLICIES,
  MAX_CONTENT,
  MAX_TAG,
  MAX_TAGS,
  POST_STATUSES,
  statusAt,
  TITLE_BOUNDS,
  type CommentPolicy,
  type PostFields,
  type PostStatus,
} from '../domain/post.js';
export { MAX_SLUG } from '../domain/slug.js';
export type { Snippet } from '../domain/snippet.js';
export { VISIBILITIES, type Viewer, type Visibility } from '../domain/viewer.js';

/** Lock order within the context: post → commenter → comment. */
export interface PostRepository {
  /** Locks it to the end of the transaction. */
  lock(id: string): Promise<Post | undefined>;
  /** Keeps it from changing to the end of the transaction; others may hold it in the same way. */
  hold(id: string): Promise<Post | undefined>;
  /** Its slug must be claimed. */
  insert(post: Post): Promise<void>;
  /** The post with its next version; stale `version-mismatch` unless the stored version is the given one. */
  save(post: Post): Promise<Post>;
  /** With its comments, their reports and its revisions. Its slugs stay taken. */
  delete(id: string): Promise<void>;
  /**
   * Whether the slug belongs to the post from now on, or did already. A slug that another post has, or ever had, stays
   * where it is; who claims it at the same moment waits for the other's outcome.
   */
  claimSlug(slug: string, postId: string): Promise<boolean>;
  /** Of these slugs, those that no post ever had. */
  freeSlugs(slugs: readonly string[]): Promise<ReadonlySet<string>>;
  appendRevision(revision: Revision): Promise<void>;
  findRevision(postId: string, number: number): Promise<Revision | undefined>;
}

/** An author of comments, locked to the end of the transaction: nobody comments twice at the same moment. */
export type Commenter = Readonly<{ trustedAt: Date | null }>;

export interface CommentRepository {
  /** Where there is no such row yet, it is made. */
  lockCommenter(userId: string): Promise<Commenter>;
  setTrusted(userId: string, trustedAt: Date | null): Promise<void>;
  /** When the author wrote since `since`, deleted comments included. */
  writtenSince(userId: string, since: Date): Promise<readonly Date[]>;
  find(id: string): Promise<Comment | undefined>;
  lock(id: string): Promise<Comment | undefined>;
  /** conflict `duplicate-comment`; invalid `invalid-parent` for a parent that is elsewhere, or a reply. */
  insert(comment: Comment): Promise<void>;
  /** stale `version-mismatch`; conflict `duplicate-comment`. */
  save(comment: Comment): Promise<Comment>;
  /** false: the member has reported it before. */
  addReport(report: Report): Promise<boolean>;
  /** Reports that no moderator has looked at. */
  openReports(commentId: string): Promise<number>;
  closeReports(commentId: string, now: Date): Promise<void>;
  /** What the user wrote that was never shown to anybody, locked in order of id. */
  lockUnpublishedBy(userId: string): Promise<readonly Comment[]>;
  /** Forgets what the user wrote into reports. */
  deleteReportReasons(userId: string): Promise<void>;
}

export type Report = Readonly<{
  id: string;
  commentId: string;
  by: string;
  reason: string | null;
  createdAt: Date;
}>;

/** The writing ports; they exist only inside a unit of work. */
export type JournalPorts = Readonly<{
  posts: PostRepository;
  comments: CommentRepository;
  /** Reads what has been written so far. */
  journalQueries: JournalQueries;
  outbox: Outbox;
}>;

type Named = Readonly<{ id: string; name: string }>;

/** A comment as it is read; `comment` and `html` are null when it is deleted. */
export type CommentView = Readonly<{
  id: string;
  postId: string;
  parentId: string | null;
  author: Named;
  comment: string | null;
  html: string | null;
  htmlVersion: number;
  status: CommentStatus;
  version: number;
  createdAt: Date;
  editedAt: Date | null;
}>;

/** `reports`: those no moderator has looked at. */
export type QueuedComment = CommentView & Readonly<{ reports: number }>;

/** A post as it is read at some moment: `status` is what it is then. */
export type PostView = Readonly<{
  id: string;
  slug: string;
  title: string;
  content: string;
  rendered: Omit<Rendered, 'plain'>;
  /** Versions of the renderer that made the HTML: first of the post, then of each of `comments`. */
  htmlVersions: readonly number[];
  tags: readonly string[];
  author: Named;
  status: PostStatus;
  visibility: Post['visibility'];
  commentPolicy: Post['commentPolicy'];
  publishAt: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  /** Where it was asked for: the newest that are shown, newest first, at most ten. */
  comments?: readonly CommentView[];
  /** Where it was searched for. */
  match?: Snippet;
}>;

/** `statuses`: what a post is at that moment. `tag` is canonical. */
export type PostFilter = Readonly<{
  statuses: readonly PostStatus[];
  authorId?: string | undefined;
  tag?: string | undefined;
  /** As websearch_to_tsquery reads it: words, "phrases", -exclusions, or. */
  q?: string | undefined;
}>;

/** Whose eyes, at what moment. Every read of posts and of what hangs on them is given one, and no read has another rule. */
export type VisibilityScope = Readonly<{ audience: Audience; now: Date }>;

export type RevisionView = Omit<Revision, 'by' | 'postId'> & Readonly<{ by: Named }>;

/** What a mail about a comment is made from. */
export type CommentSubject = Readonly<{
  status: CommentStatus;
  postTitle: string;
  postSlug: string;
  postAuthorId: string;
  commentAuthorId: string;
}>;

export const NEWEST_COMMENTS = 10;
export const FEED_LENGTH = 20;

/** Reads; each method is one statement, however many posts and comments it brings. */
export interface JournalQueries {
  /**
   * The latest first, by the time of publishing, or of creation for what has none; [that in ms since 1970, id].
   * A search comes by relevance; [rank, id].
   */
  posts(
    filter: PostFilter,
    sight: VisibilityScope,
    page: PageRequest,
    options?: Readonly<{ comments?: boolean }>,
  ): Promise<Page<PostView>>;
  /** By id, or by any slug it ever had. */
  post(
    key: Readonly<{ id: string } | { slug: string }>,
    sight: VisibilityScope,
    options?: Readonly<{ comments?: boolean }>,
  ): Promise<PostView | undefined>;
  /** Newest first; [number]. undefined: there is no such post to be seen. */
  revisions(
    postId: string,
    sight: VisibilityScope,
    page: PageRequest,
  ): Promise<Page<RevisionView> | undefined>;
  /**
   * Approved ones, and the places of deleted ones that have replies, oldest first, replies among them; [createdAt in ms,
   * id]. undefined: there is no such post to be seen.
   */
  comments(postId: string, sight: VisibilityScope, page: PageRequest): Promise<Page<CommentView> | undefined>;
  /** One that anybody with this sight is shown. */
  shownComment(id: string, sight: VisibilityScope): Promise<CommentView | undefined>;
  /** Whatever its state and its post's. */
  comment(id: string): Promise<CommentView | undefined>;
  /** For moderators: every post's, oldest first; [createdAt in ms, id]. */
  queue(
    filter: Readonly<{ statuses: readonly CommentStatus[]; postId?: string | undefined }>,
    page: PageRequest,
  ): Promise<Page<QueuedComment>>;
  commentSubject(id: string): Promise<CommentSubject | undefined>;
  /** Everything held about a person, as plain JSON; undefined when that is nothing. */
  record(userId: string): Promise<object | undefined>;
}

/** Markdown to safe HTML. Slow, so never inside a unit of work. */
export interface MarkdownRenderer {
  /** Rises when the same source comes out differently. */
  readonly version: number;
  /** 422 `validation` at /content for what cannot be rendered within bounds. */
  post(source: string): Promise<Rendered>;
  /** Fewer elements, links marked as the author's own; 422 at /comment. */
  comment(source: string): Promise<RenderedComment>;
}

/** Mail to people whose addresses this context never sees. */
export interface Correspondence {
  /** Nothing happens when there is nobody to write to any more. */
  write(letter: Readonly<{ id: string; userId: string; subject: string; text: string }>): Promise<void>;
}

/** An Atom feed (RFC 4287) of posts that anybody may read. The same posts give the same text. */
export interface FeedWriter {
  write(posts: readonly PostView[]): Promise<string>;
}

/** Whether floods of comments are refused. */
export type CommentLimits = Readonly<{ refuseFloods: boolean }>;
