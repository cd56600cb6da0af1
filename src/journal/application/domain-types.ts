/** The part of the domain that routes need for their schemas. */
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
