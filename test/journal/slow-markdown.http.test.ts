import { expect } from 'chai';
import {
  makeMarkdownRenderer,
  type OwnedMarkdownRenderer,
} from '../../src/journal/infrastructure/markdown.js';
import { rejection } from '../support/rejection.js';
import { slowMarkdown } from '../support/slow-markdown.js';
import { commenting, openJournal, published, type Journal } from './world.js';

const MAX_COMMENT = 5_000;
const MAX_CONTENT = 50_000;
/** At this length each text takes seconds or minutes to render. */
const SLOWEST = ['](', '- - a\n', 'a\n===\n', '~a', '*a', 'a**b', '1. a\n\n   ', '[^a]', 'ä_ß-'];

/** Resolves when the text was rendered or refused as invalid; rejects otherwise. */
async function settled(rendering: Promise<unknown>): Promise<void> {
  try {
    await rendering;
  } catch (error) {
    expect(error, String(error)).to.include({ kind: 'invalid', code: 'validation' });
  }
}

describe('Markdown that takes long to render', () => {
  let markdown: OwnedMarkdownRenderer;
  beforeEach(() => {
    markdown = makeMarkdownRenderer();
  });
  afterEach(() => markdown.close());

  it('is rendered or refused in comments of the maximum length', async () => {
    const impatient = makeMarkdownRenderer({ timeoutMs: 250 });
    try {
      for (const text of slowMarkdown(MAX_COMMENT).values())
        await settled(impatient.comment(text.toWellFormed()));
    } finally {
      await impatient.close();
    }
  });

  it('is refused in posts of the maximum length, and the next post is rendered', async () => {
    const impatient = makeMarkdownRenderer({ timeoutMs: 100 });
    try {
      const corpus = slowMarkdown(MAX_CONTENT);
      for (const piece of SLOWEST)
        expect(await rejection(impatient.post(corpus.get(piece)!)), piece).to.have.nested.property(
          'details.errors[0].detail',
          'takes too long to render; shorten it or use less markup',
        );
    } finally {
      await impatient.close();
    }
    expect((await markdown.post('*after*')).html).to.equal('<p><em>after</em></p>');
  });

  it('does not delay comments and short posts', async () => {
    const slow = slowMarkdown(MAX_CONTENT).get('](')!;
    const order: string[] = [];
    for (let count = 0; count < 3; count += 1)
      void settled(markdown.post(slow)).finally(() => order.push('slow post'));
    const comment = markdown.comment('A word.').finally(() => order.push('comment'));
    const post = markdown.post('A word.').finally(() => order.push('short post'));
    await Promise.all([comment, post]);
    expect(order).to.have.members(['comment', 'short post']);
  });

  it('is refused as busy when too many long posts wait', async () => {
    const narrow = makeMarkdownRenderer({ timeoutMs: 200, mostWaiting: { small: 1, large: 1 } });
    try {
      const slow = slowMarkdown(MAX_CONTENT).get('](')!;
      const [first, second, third] = [1, 2, 3].map(() => rejection(narrow.post(slow)));
      expect(await third).to.include({ kind: 'busy', code: 'unavailable' });
      expect(await first).to.include({ code: 'validation' });
      expect(await second).to.include({ code: 'validation' });
    } finally {
      await narrow.close();
    }
  });
});

describe('a post of one word of 50,000 characters', () => {
  let journal: Journal;
  before(async () => {
    journal = await openJournal();
  });
  after(() => journal.praxis.stop());

  it('is stored, and found by the other words in it', async () => {
    const { praxis } = journal;
    const content = `Xylophone ${'a_'.repeat((MAX_CONTENT - 10) / 2)}`;
    const post = await published(journal, { content });
    const found = await praxis.call('GET', '/v1/posts?q=xylophone');
    expect(found.body.items.map(({ id }: { id: string }) => id)).to.deep.equal([post.id]);
    const comment = await commenting(journal, post, journal.member, { comment: 'a_'.repeat(2_500) });
    expect(comment.status).to.equal(201);
  });
});
