import type { Clock } from '../../kernel/clock.js';
import { ANYBODY } from '../domain/viewer.js';
import { FEED_LENGTH, type FeedWriter, type JournalQueries, type MarkdownRenderer } from './ports.js';
import { rerenderIfStale } from './rerender.js';

/** The newest public posts as an Atom feed. */
export type ReadJournalFeed = () => Promise<string>;

type Dependencies = Readonly<{
  journalQueries: JournalQueries;
  markdown: MarkdownRenderer;
  feedWriter: FeedWriter;
  clock: Clock;
}>;

export const makeReadJournalFeed =
  ({ journalQueries, markdown, feedWriter, clock }: Dependencies): ReadJournalFeed =>
  async () => {
    const scope = { audience: ANYBODY, now: clock.now() };
    const { items } = await journalQueries.posts({ statuses: ['published'] }, scope, { limit: FEED_LENGTH });
    return feedWriter.write(await Promise.all(items.map((post) => rerenderIfStale(post, { markdown }))));
  };
