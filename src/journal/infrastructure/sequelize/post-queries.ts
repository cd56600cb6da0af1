import { toPage } from '../../../kernel/page.js';
import type { Database, Statement } from '../../../platform/database/database.js';
import type { JournalQueries, RevisionView } from '../../application/ports.js';
import { NEWEST, postColumns, toPostView, type PostRow } from './post-rows.js';
import { named } from './statement-parts.js';
import { scopeValues, VISIBLE } from './visible.js';

type RevisionRow = Omit<RevisionView, 'by'> & Readonly<{ byId: string; byName: string }>;

const bySlugOrId = (key: Readonly<{ id: string } | { slug: string }>): string =>
  'id' in key
    ? 'p.id = $5::uuid'
    : 'p.id = (SELECT post_id FROM post_slugs WHERE post_slugs.slug = $5::text)';

const REVISIONS: Statement = {
  name: 'journal_revisions',
  text: `
    SELECT r.* FROM posts p LEFT JOIN LATERAL (
      SELECT r.number, r.title, r.content, r.tags, r.by_user_id AS "byId", u.name AS "byName", r.created_at AS "createdAt"
      FROM post_revisions r JOIN public_users u ON u.id = r.by_user_id
      WHERE r.post_id = p.id AND ($6::int IS NULL OR r.number < $6)
      ORDER BY r.number DESC LIMIT $7
    ) r ON true
    WHERE ${VISIBLE} AND p.id = $5::uuid
    ORDER BY r.number DESC`,
};

export const makePostQueries = ({
  database,
}: {
  database: Database;
}): Pick<JournalQueries, 'post' | 'revisions'> => ({
  async post(key, scope, { comments = false } = {}) {
    const text = `
        SELECT ${postColumns(comments ? ['latest.comments'] : [])}
        FROM posts p JOIN public_users u ON u.id = p.author_id ${comments ? NEWEST : ''}
        WHERE ${VISIBLE} AND ${bySlugOrId(key)}`;
    const parts = { slug: 'slug' in key || undefined, comments: comments || undefined };
    const value = 'id' in key ? key.id : key.slug;
    const [row] = await database.rows<PostRow>(named('post', parts, text), [...scopeValues(scope), value]);
    return row && toPostView(row);
  },
  async revisions(postId, scope, { limit, after }) {
    const rows = await database.rows<RevisionRow | { number: null }>(REVISIONS, [
      ...scopeValues(scope),
      postId,
      after?.[0] ?? null,
      limit + 1,
    ]);
    if (rows.length === 0) return undefined;
    const found = rows.filter((row): row is RevisionRow => row.number !== null);
    const views = found.map(({ byId, byName, ...row }) => ({ ...row, by: { id: byId, name: byName } }));
    return toPage(views, limit, ({ number }) => [number]);
  },
});
