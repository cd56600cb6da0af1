import { toPage } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import { listStatement, type List } from '../../../platform/database/list-statement.js';
import { columns } from '../../../platform/database/select-columns.js';
import type { JournalQueries, RevisionView } from '../../application/ports.js';
import { postRevisionAttributes } from './models/post-revision.js';
import { NEWEST, postColumns, toPostView, type PostRow } from './post-rows.js';
import { scopeValues, VISIBLE } from './visible.js';

type RevisionRow = Omit<RevisionView, 'by'> & Readonly<{ byUserId: string; byName: string }>;

const bySlugOrId = (key: Readonly<{ id: string } | { slug: string }>): string =>
  'id' in key
    ? 'p.id = $5::uuid'
    : 'p.id = (SELECT post_id FROM post_slugs WHERE post_slugs.slug = $5::text)';

/** No row means that the post is not visible; a page without revisions is one row of NULLs. */
const REVISIONS: List<object> = {
  name: 'journal_revisions',
  always: ['r.post_id = p.id'],
  filters: {},
  sortKeys: [{ sql: 'r.number', type: 'bigint' }],
  text: ({ where, orderBy, limit }) => `
    SELECT r.* FROM posts p LEFT JOIN LATERAL (
      SELECT ${columns(postRevisionAttributes(), 'r', { omit: ['postId'] })}, u.name AS "byName"
      FROM post_revisions r JOIN public_users u ON u.id = r.by_user_id
      ${where} ${orderBy} ${limit}
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
    const name = `journal_post_by_${'id' in key ? 'id' : 'slug'}${comments ? '_with_comments' : ''}`;
    const value = 'id' in key ? key.id : key.slug;
    const [row] = await database.rows<PostRow>({ name, text }, [...scopeValues(scope), value]);
    return row && toPostView(row);
  },
  async revisions(postId, scope, page) {
    const parameters = [...scopeValues(scope), postId];
    const request = { parameters, filter: {}, page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(REVISIONS, request);
    const rows = await database.rows<RevisionRow | { number: null }>(statement, values);
    if (rows.length === 0) return undefined;
    const found = rows.filter((row): row is RevisionRow => row.number !== null);
    const views = found.map(({ byUserId, byName, ...row }) => ({
      ...row,
      by: { id: byUserId, name: byName },
    }));
    return toPage(views, page.limit, ({ number }) => [number]);
  },
});
