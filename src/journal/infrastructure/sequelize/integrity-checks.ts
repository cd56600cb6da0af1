import type { IntegrityCheck } from '../../../platform/database/integrity.js';

/** Rules of the stored data, checked from the rows alone and not by the constraints that enforce them. */
export const journalIntegrityChecks: readonly IntegrityCheck[] = [
  {
    name: 'post-says-what-its-newest-revision-says',
    sql: `SELECT p.id::text FROM posts p LEFT JOIN LATERAL (
            SELECT r.* FROM post_revisions r WHERE r.post_id = p.id ORDER BY r.number DESC LIMIT 1
          ) r ON true
          WHERE (p.revision, p.title, p.content, p.tags) IS DISTINCT FROM (r.number, r.title, r.content, r.tags)`,
  },
  {
    name: 'revisions-without-gaps',
    sql: `SELECT post_id::text AS id FROM post_revisions GROUP BY post_id
          HAVING min(number) <> 1 OR max(number) <> count(*)`,
  },
  {
    name: 'slug-is-the-posts-own-and-nobody-elses',
    sql: `SELECT p.id::text FROM posts p LEFT JOIN post_slugs s ON s.slug = p.slug AND s.post_id = p.id WHERE s.slug IS NULL
          UNION SELECT p.id::text FROM posts p JOIN posts q ON q.slug = p.slug AND q.id <> p.id`,
  },
  {
    name: 'post-has-a-time-unless-it-is-a-draft',
    sql: `SELECT p.id::text FROM posts p WHERE (p.publish_at IS NULL) <> (p.status = 'draft')`,
  },
  {
    name: 'replies-are-to-comments-of-the-same-post-that-are-none',
    sql: `SELECT c.id::text FROM comments c LEFT JOIN comments parent ON parent.id = c.parent_id
          WHERE c.parent_id IS NOT NULL
            AND (parent.id IS NULL OR parent.parent_id IS NOT NULL OR parent.post_id <> c.post_id)`,
  },
  {
    name: 'deleted-comments-say-nothing',
    sql: `SELECT c.id::text FROM comments c
          WHERE (c.status = 'deleted') <> (c.comment IS NULL) OR (c.comment IS NULL) <> (c.html IS NULL)`,
  },
  {
    name: 'nobody-says-the-same-twice',
    sql: `SELECT c.id::text FROM comments c JOIN comments d
            ON d.author_id = c.author_id AND d.post_id = c.post_id AND d.id <> c.id
            AND lower(regexp_replace(btrim(d.comment, E' \\t\\r\\n'), '\\s+', ' ', 'g'))
              = lower(regexp_replace(btrim(c.comment, E' \\t\\r\\n'), '\\s+', ' ', 'g'))`,
  },
  {
    name: 'shown-comments-were-approved',
    sql: `SELECT c.id::text FROM comments c WHERE c.status IN ('approved', 'hidden') AND c.approved_at IS NULL`,
  },
  {
    name: 'reports-have-brought-back-what-they-are-about',
    sql: `SELECT c.id::text FROM comments c JOIN comment_reports r ON r.comment_id = c.id AND r.closed_at IS NULL
          WHERE c.status = 'approved' GROUP BY c.id HAVING count(*) >= 3`,
  },
];
