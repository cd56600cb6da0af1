import type { VisibilityScope } from '../../application/ports.js';

/**
 * The one visibility rule of posts as SQL, over `posts p` and the first four parameters of a statement. `isVisibleTo` of the
 * domain is the same rule. Every statement that reads posts, or comments for readers, contains it.
 */
export const VISIBLE = `(
  (p.status IN ('published', 'scheduled') AND p.publish_at <= $1::timestamptz AND p.visibility = ANY ($2::text[]))
  OR $3::boolean OR p.author_id = $4::uuid
)`;

/** The status of a post at the moment of the scope. */
export const STATUS = `CASE WHEN p.status = 'scheduled' AND p.publish_at <= $1::timestamptz THEN 'published' ELSE p.status END`;

/** The parameters of `VISIBLE`. */
export const scopeValues = ({ audience, now }: VisibilityScope): readonly unknown[] => [
  now,
  audience.visibilities,
  audience.managesAll,
  audience.authorId,
];

/** An approved comment whose parent, if any, is visible; over `comments c`. */
export const APPROVED = `(
  c.status = 'approved' AND (c.parent_id IS NULL OR EXISTS (
    SELECT FROM comments parent WHERE parent.id = c.parent_id AND parent.status IN ('approved', 'deleted')
  ))
)`;

/** A deleted comment with an approved reply. */
const PLACE = `(
  c.status = 'deleted' AND EXISTS (SELECT FROM comments reply WHERE reply.parent_id = c.id AND reply.status = 'approved')
)`;

/** A comment that readers of its post can see; over `comments c` and `posts p`. */
export const SHOWN = `(p.comment_policy <> 'hidden' AND (${APPROVED} OR ${PLACE}))`;
