import type { Database, Statement } from '../../../platform/database/database.js';
import { jsonFields } from '../../../platform/database/select-columns.js';
import type { JournalQueries } from '../../application/ports.js';
import { commentAttributes } from './models/comment.js';
import { commentReportAttributes } from './models/comment-report.js';
import { postAttributes } from './models/post.js';
import { postRevisionAttributes } from './models/post-revision.js';

const POST = jsonFields(postAttributes(), 'p', {
  omit: ['authorId', 'html', 'plain', 'htmlVersion', 'commentPolicy', 'revision', 'version'],
});
const REVISION = jsonFields(postRevisionAttributes(), 'r', { omit: ['byUserId'] });
const COMMENT = jsonFields(commentAttributes(), 'c', {
  omit: ['authorId', 'html', 'htmlVersion', 'approvedAt', 'updatedAt', 'version'],
});
const REPORT = jsonFields(commentReportAttributes(), 'r', { omit: ['id', 'byUserId', 'closedAt'] });

const RECORD: Statement = {
  name: 'journal_record',
  text: `
    SELECT jsonb_build_object(
      'posts', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(${POST}) ORDER BY p.id), '[]') FROM posts p WHERE p.author_id = $1
      ),
      'revisions', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(${REVISION}) ORDER BY r.post_id, r.number), '[]')
        FROM post_revisions r WHERE r.by_user_id = $1
      ),
      'comments', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(${COMMENT}) ORDER BY c.id), '[]')
        FROM comments c WHERE c.author_id = $1
      ),
      'reports', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(${REPORT}) ORDER BY r.id), '[]')
        FROM comment_reports r WHERE r.by_user_id = $1
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
