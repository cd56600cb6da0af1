import { escapeHtml } from '../../platform/http/pages/html.js';
import type { FeedWriter, PostView } from '../application/ports.js';

/** Control characters that XML 1.0 cannot contain, and noncharacters. */
const NOT_XML = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu;

/** HTML for a CDATA section, without `]]>`: the package escapes only the first one. */
const forCdata = (html: string): string => html.replaceAll(NOT_XML, '').replaceAll(']]>', ']]&gt;');

const latest = (...instants: readonly (Date | null)[]): Date =>
  new Date(Math.max(0, ...instants.map((instant) => instant?.getTime() ?? 0)));

/** When the post last changed for its readers; publishing is a change. */
const changedAt = ({ updatedAt, publishAt }: PostView): Date => latest(updatedAt, publishAt);

/** Writes Atom by the package `feed`, which the first request loads. `publicUrl` has no trailing slash. */
export const makeFeedWriter = ({ publicUrl }: Readonly<{ publicUrl: string }>): FeedWriter => ({
  async write(posts) {
    const { Feed } = await import('feed');
    const address = `${publicUrl}/v1/feed.atom`;
    const feed = new Feed({
      id: address,
      title: 'Journal',
      copyright: '',
      generator: 'Praxis',
      feed: address,
      link: `${publicUrl}/v1/posts`,
      updated: latest(...posts.map(changedAt)),
    });
    for (const post of posts)
      feed.addItem({
        id: `urn:uuid:${post.id}`,
        // Titles are text, but the package declares them as HTML.
        title: escapeHtml(forCdata(post.title)),
        link: `${publicUrl}/v1/posts/${post.slug}`,
        date: changedAt(post),
        published: latest(post.publishAt),
        content: forCdata(post.rendered.html),
        author: [{ name: post.author.name }],
        category: post.tags.map((term) => ({ term })),
      });
    return feed.atom1();
  },
});
