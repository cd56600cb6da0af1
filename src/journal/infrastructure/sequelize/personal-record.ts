import type { Database, Statement } from '../../../platform/database/database.js';
import type { JournalQueries } from '../../application/ports.js';

const RECORD: Statement = {
  name: 'journal_record',
  text: `
    SELECT jsonb_build_object(
      'posts', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', p.id, 'slug', p.slug, 'title', p.title, 'content', p.content, 'tags', p.tags, 'status', p.status,
          'visibility', p.visibility, 'publishAt', p.publish_at, 'createdAt', p.created_at, 'updatedAt', p.updated_at
        ) ORDER BY p.id), '[]') FROM posts p WHERE p.author_id = $1
      ),
      'revisions', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'postId', r.post_id, 'number', r.number, 'title', r.title, 'content', r.content, 'tags', r.tags,
          'createdAt', r.created_at
        ) ORDER BY r.post_id, r.number), '[]') FROM post_revisions r WHERE r.by_user_id = $1
      ),
      'comments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', c.id, 'postId', c.post_id, 'parentId', c.parent_id, 'comment', c.comment, 'status', c.status,
          'createdAt', c.created_at, 'editedAt', c.edited_at
        ) ORDER BY c.id), '[]') FROM comments c WHERE c.author_id = $1
      ),
      'reports', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
          'commentId', r.comment_id, 'reason', r.reason, 'createdAt', r.created_at
        ) ORDER BY r.id), '[]') FROM comment_reports r WHERE r.by_user_id = $1
      )
    ) AS record`,
};

export const makePersonalRecord = ({ database }: { database: Database }): Pick<JournalQueries, 'record'> => ({
  async record(userId) {
    const [row] = await database.rows<Readonly<{ record: Readonly<Record<string, readonly unknown[]>> }>>(
      RECORD,
      [userId],
    );
    const record = row?.record ?? {};
    return Object.values(record).some((part) => part.length > 0) ? record : undefined;
  },
});
