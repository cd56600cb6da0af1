import { toPage, type Page, type PageRequest } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import { listStatement, type Conditions, type List } from '../../../platform/database/list-statement.js';
import { withSerializedReply } from '../../../platform/database/serialized-reply.js';
import type { JournalQueries, PostFilter, PostView, VisibilityScope } from '../../application/ports.js';
import { NEWEST, postColumns, toPostView, type PostRow } from './post-rows.js';
import { JOIN_SERIALIZED_COMMENTS, restorePostView, serializedPost } from './serialized-posts.js';
import { scopeValues, STATUS, VISIBLE } from './visible.js';

/** The default page size of the API. */
const USUAL_LIMIT = 20;

/** `published`: only published posts, a condition that can use the index on publish_at. */
type Filter = Readonly<{
  published?: true | undefined;
  statuses?: PostFilter['statuses'] | undefined;
  authorId?: string | undefined;
  tag?: string | undefined;
}>;

type Asked = Readonly<{ filter: PostFilter; scope: VisibilityScope; page: PageRequest }>;

function toFilter({ statuses, authorId, tag }: PostFilter): Filter {
  const isOnlyPublished = statuses.length === 1 && statuses[0] === 'published';
  return { ...(isOnlyPublished ? { published: true } : { statuses }), authorId, tag };
}

const FILTERS: Conditions<Filter> = {
  published: () => `p.status IN ('published', 'scheduled') AND p.publish_at <= $1::timestamptz`,
  statuses: (statuses, bind) => `${STATUS} = ANY (${bind(statuses)}::text[])`,
  authorId: (id, bind) => `p.author_id = ${bind(id)}::uuid`,
  tag: (tag, bind) => `p.tags @> ARRAY[${bind(tag)}::text]`,
};

type SerializedRow = Readonly<{
  id: string;
  sortAt: Date;
  htmlVersion: number;
  commentHtmlVersions?: readonly number[];
  json: string | null;
}>;

/** Newest first. The page is read before authors and comments are joined. */
function newestPosts(comments: boolean): List<Filter> {
  const { sql: post } = serializedPost(comments);
  const [versions, join] = comments
    ? [', latest.versions AS "commentHtmlVersions"', JOIN_SERIALIZED_COMMENTS]
    : ['', ''];
  return {
    name: comments ? 'journal_posts_with_comments' : 'journal_posts',
    always: [VISIBLE],
    filters: FILTERS,
    sortKeys: [
      { sql: 'p.sort_at', type: 'timestamptz' },
      { sql: 'p.id', type: 'uuid' },
    ],
    literalLimit: USUAL_LIMIT,
    text: ({ where, orderBy, limit }) => `
      WITH page AS MATERIALIZED (SELECT p.* FROM posts p ${where} ${orderBy} ${limit})
      SELECT p.id, p.sort_at AS "sortAt", p.html_version AS "htmlVersion", ${post} AS json ${versions}
      FROM page p JOIN public_users u ON u.id = p.author_id ${join}
      ${orderBy}`,
  };
}
const NEWEST_POSTS = { plain: newestPosts(false), withComments: newestPosts(true) };

const QUERY = `websearch_to_tsquery('simple'::regconfig, $5::text)`;

/** The most relevant first. */
const foundPosts = (comments: boolean): List<Filter> => ({
  name: comments ? 'journal_found_posts_with_comments' : 'journal_found_posts',
  always: [VISIBLE, `p.search @@ ${QUERY}`],
  filters: FILTERS,
  sortKeys: [
    { sql: `ts_rank(p.search, ${QUERY})::float8`, type: 'float8' },
    { sql: 'p.id', type: 'uuid' },
  ],
  literalLimit: USUAL_LIMIT,
  text: ({ where, orderBy, limit }) => `
    WITH page AS MATERIALIZED (
      SELECT p.*, ts_rank(p.search, ${QUERY})::float8 AS rank FROM posts p ${where} ${orderBy} ${limit}
    )
    SELECT ${postColumns(['p.plain', 'p.rank', ...(comments ? ['latest.comments'] : [])])}
    FROM page p JOIN public_users u ON u.id = p.author_id ${comments ? NEWEST : ''}
    ORDER BY p.rank DESC, p.id DESC`,
});
const FOUND_POSTS = { plain: foundPosts(false), withComments: foundPosts(true) };

export const makeListPosts = ({ database }: { database: Database }): Pick<JournalQueries, 'posts'> => {
  async function newest({ filter, scope, page }: Asked, list: List<Filter>): Promise<Page<PostView>> {
    const parameters = scopeValues(scope);
    const request = { parameters, filter: toFilter(filter), page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(list, request);
    const rows = await database.rows<SerializedRow>(statement, values);
    const { items, next } = toPage(rows, page.limit, ({ sortAt, id }) => [sortAt.getTime(), id]);
    const views = items.map(({ json, htmlVersion, commentHtmlVersions = [] }) => {
      const htmlVersions = [htmlVersion, ...commentHtmlVersions];
      return withSerializedReply<PostView>(json, (text) => restorePostView(text, htmlVersions), {
        htmlVersions,
      });
    });
    return { items: views, next };
  }

  async function found(
    q: string,
    { filter, scope, page }: Asked,
    list: List<Filter>,
  ): Promise<Page<PostView>> {
    const parameters = [...scopeValues(scope), q];
    const request = { parameters, filter: toFilter(filter), page, direction: 'DESC' } as const;
    const { statement, values } = listStatement(list, request);
    const rows = await database.rows<PostRow>(statement, values);
    const { items, next } = toPage(rows, page.limit, ({ rank, id }) => [rank ?? 0, id]);
    return { items: items.map((row) => toPostView(row, q)), next };
  }

  return {
    posts(filter, scope, page, { comments = false } = {}) {
      const { q } = filter;
      const kind = comments ? 'withComments' : 'plain';
      const asked = { filter, scope, page };
      return q === undefined ? newest(asked, NEWEST_POSTS[kind]) : found(q, asked, FOUND_POSTS[kind]);
    },
  };
};
