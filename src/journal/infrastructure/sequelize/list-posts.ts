import { toPage, type Page, type PageKey } from '../../../kernel/page.js';
import type { Database } from '../../../platform/database/database.js';
import { withSerializedReply } from '../../../platform/database/serialized-reply.js';
import {
  NEWEST_COMMENTS,
  type JournalQueries,
  type PostFilter,
  type PostView,
} from '../../application/ports.js';
import type { PostStatus } from '../../domain/post.js';
import { instantKey } from '../../../platform/database/keyset.js';
import { NEWEST, postColumns, toPostView, type PostRow } from './post-rows.js';
import { joinSerializedComments, restorePostView, serializedPost } from './serialized-posts.js';
import { named, parameters } from './statement-parts.js';
import { STATUS, VISIBLE, type scopeValues } from './visible.js';

type SerializedRow = Readonly<{
  id: string;
  sortAt: Date;
  htmlVersion: number;
  commentHtmlVersions?: readonly number[];
  json: string | null;
}>;

/**
 * The default page size is a literal of the statement. For a LIMIT parameter PostgreSQL estimates a tenth of the table,
 * rejects the generic plan as too expensive and plans each call, which took longer than the execution.
 */
const USUAL_LIMIT = 20;

/** Only published posts are read, so the statement can use the index on publish_at. */
const onlyPublished = (statuses: readonly PostStatus[]): boolean =>
  statuses.length === 1 && statuses[0] === 'published';

const rankKey = (after: PageKey | undefined): readonly [number | null, string | null] => {
  const [rank, id] = after ?? [];
  return after === undefined ? [null, null] : [Number(rank), String(id)];
};

export const makeListPosts = ({ database }: { database: Database }): Pick<JournalQueries, 'posts'> => {
  type Asked = Readonly<{
    filter: PostFilter;
    scope: Parameters<typeof scopeValues>[0];
    page: Parameters<JournalQueries['posts']>[2];
  }>;
  /** Columns of the page's posts `p` and their authors `u`. */
  type Selection = Readonly<{
    name: string;
    select: string;
    join?: string;
    comments: boolean;
  }>;

  async function search<Row extends object>(
    { filter, scope, page: { limit, after } }: Asked,
    { name, select, join = '', comments }: Selection,
  ): Promise<Row[]> {
    const { statuses, authorId, tag, q } = filter;
    const { values, add } = parameters(scope);
    const published = onlyPublished(statuses);
    const conditions = [
      VISIBLE,
      published
        ? `p.status IN ('published', 'scheduled') AND p.publish_at <= $1::timestamptz`
        : `${STATUS} = ANY (${add(statuses, 'text[]')})`,
      ...(authorId === undefined ? [] : [`p.author_id = ${add(authorId, 'uuid')}`]),
      ...(tag === undefined ? [] : [`p.tags @> ARRAY[${add(tag, 'text')}]`]),
    ];
    const query = q === undefined ? '' : `websearch_to_tsquery('simple'::regconfig, ${add(q, 'text')})`;
    const rank = `ts_rank(p.search, ${query})::float8`;
    if (q !== undefined) conditions.push(`p.search @@ ${query}`);
    const [place, id] = q === undefined ? instantKey(after) : rankKey(after);
    const key = q === undefined ? 'p.sort_at' : rank;
    if (after !== undefined)
      conditions.push(
        `(${key}, p.id) < (${add(place, q === undefined ? 'timestamptz' : 'float8')}, ${add(id, 'uuid')})`,
      );
    const text = `
      WITH page AS MATERIALIZED (
        SELECT p.*${q === undefined ? '' : `, ${rank} AS rank`} FROM posts p
        WHERE ${conditions.join(' AND ')}
        ORDER BY ${key} DESC, p.id DESC LIMIT ${limit === USUAL_LIMIT ? USUAL_LIMIT + 1 : add(limit + 1, 'int')}
      )
      SELECT ${select}
      FROM page p JOIN public_users u ON u.id = p.author_id ${join}
      ORDER BY ${q === undefined ? 'p.sort_at' : 'p.rank'} DESC, p.id DESC`;
    const parts = {
      published: published || undefined,
      author: authorId,
      tag,
      q,
      after,
      comments: comments || undefined,
      usual: limit === USUAL_LIMIT || undefined,
    };
    return database.rows<Row>(named(name, parts, text), values);
  }

  async function serializedPosts({ filter, scope, page }: Asked, comments: boolean): Promise<Page<PostView>> {
    const rows = await search<SerializedRow>(
      { filter, scope, page },
      {
        name: 'serialized_posts',
        comments,
        select: `p.id, p.sort_at AS "sortAt", p.html_version AS "htmlVersion", ${serializedPost(comments)} AS json
          ${comments ? ', latest.versions AS "commentHtmlVersions"' : ''}`,
        join: comments ? joinSerializedComments(NEWEST_COMMENTS) : '',
      },
    );
    const { items, next } = toPage(rows, page.limit, ({ sortAt, id }) => [sortAt.getTime(), id]);
    const views = items.map(({ json, htmlVersion, commentHtmlVersions = [] }) => {
      const htmlVersions = [htmlVersion, ...commentHtmlVersions];
      return withSerializedReply<PostView>(json, (text) => restorePostView(text, htmlVersions), {
        htmlVersions,
      });
    });
    return { items: views, next };
  }

  async function searchedPosts(asked: Asked, q: string, comments: boolean): Promise<Page<PostView>> {
    const extra = ['p.plain', 'p.rank', ...(comments ? ['latest.comments'] : [])];
    const rows = await search<PostRow>(asked, {
      name: 'posts',
      select: postColumns(extra),
      join: comments ? NEWEST : '',
      comments,
    });
    const { items, next } = toPage(rows, asked.page.limit, ({ rank, id }) => [rank ?? 0, id]);
    return { items: items.map((row) => toPostView(row, q)), next };
  }

  return {
    posts(filter, scope, page, { comments = false } = {}) {
      const { q } = filter;
      const asked = { filter, scope, page };
      return q === undefined ? serializedPosts(asked, comments) : searchedPosts(asked, q, comments);
    },
  };
};
