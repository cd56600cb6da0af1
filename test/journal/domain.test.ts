import { expect } from 'chai';
import { assertNoFlood, restoreComment } from '../../src/journal/domain/comment.js';
import {
  canonicalTag,
  isVisibleTo,
  parseTags,
  restorePost,
  statusAt,
} from '../../src/journal/domain/post.js';
import { isSlug, MAX_SLUG, numberedSlug, slugOf } from '../../src/journal/domain/slug.js';
import { snippetOf } from '../../src/journal/domain/snippet.js';
import { ANYBODY } from '../../src/journal/domain/viewer.js';
import { plus, MINUTE } from '../../src/kernel/clock.js';
import { DomainError } from '../../src/kernel/errors.js';
import { aComment, aPost, nextId, T0 } from '../support/builders/journal.js';

describe('slugs', () => {
  const ID = '019aa5b2-7c00-7000-8000-00000000abcd';

  it('are derived from titles in any Latin alphabet', () => {
    for (const [title, slug] of [
      ['How to brush', 'how-to-brush'],
      ['  Über Zähne & Straßen!  ', 'uber-zahne-strassen'],
      ['Ærøskøbing, Łódź, Đakovo', 'aeroskobing-lodz-dakovo'],
      ['Þingvellir ðaginn œuvre ŋgoma', 'thingvellir-daginn-oeuvre-ngoma'],
      ['İstanbul ılık', 'istanbul-ilik'],
      ["don’t and can't", 'dont-and-cant'],
      ['ﬁne ＦＵＬＬ ½', 'fine-full-1-2'],
      ['Zürich 歯 24', 'zurich-24'],
      ['---a---b---', 'a-b'],
      ['C++ & C#', 'c-c'],
      ['K 12', 'k-12'],
    ] as const)
      expect(slugOf(title, ID), title).to.equal(slug);
  });

  it('come from the id when the title has no Latin letter or a reserved slug', () => {
    for (const title of ['歯みがき', '2026', '!!!', 'Привет', '😀', 'Drafts', 'feed', ID, ID.toUpperCase()])
      expect(slugOf(title, ID), title).to.equal('post-00000000abcd');
  });

  it('may contain a UUID, but not be one', () => {
    expect([ID, `about-${ID}`, `${ID}-2`].map(isSlug)).to.deep.equal([false, true, true]);
  });

  it('have at most 80 characters, cut between words', () => {
    const slug = slugOf('word '.repeat(40), ID);
    expect(slug).to.match(/^(word-)*word$/);
    expect(slug.length).to.be.within(70, MAX_SLUG);
    expect(slugOf('x'.repeat(200), ID)).to.have.length(MAX_SLUG);
    expect(slugOf(`${'x'.repeat(80)} y`, ID)).to.have.length(MAX_SLUG);
    const whole = `${'x'.repeat(40)}-${'y'.repeat(39)}`;
    for (const title of [whole, `${whole} z`]) expect(slugOf(title, ID), title).to.equal(whole);
    for (const number of [2, 10, 12_345]) {
      const numbered = numberedSlug('word-'.repeat(16).slice(0, -1), number);
      expect(numbered.length).to.be.at.most(MAX_SLUG);
      expect(numbered).to.match(new RegExp(`-${number}$`));
      expect(isSlug(numbered)).to.equal(true);
    }
    expect(numberedSlug('a', 1)).to.equal('a');
  });
});

describe('snippets', () => {
  it('show the first match with text before it, with offsets in UTF-16 code units', () => {
    const plain = `${'😀 before '.repeat(30)}the Needle, and needle again; needles not. ${'after '.repeat(60)}`;
    const { text, matches } = snippetOf(plain, 'needle');
    expect(text.length).to.be.at.most(240);
    expect(matches.map(({ start, end }) => text.slice(start, end))).to.deep.equal(['Needle', 'needle']);
    expect(text.isWellFormed()).to.equal(true);
    expect(text.indexOf('Needle')).to.be.within(50, 61);
  });

  it('ignore excluded words, and show the beginning when nothing matches', () => {
    const found = (q: string) => {
      const { text, matches } = snippetOf('red or green, never blue', q);
      return matches.map(({ start, end }) => text.slice(start, end));
    };
    expect(found('red or blue')).to.deep.equal(['red', 'blue']);
    expect(found('"green never" -blue')).to.deep.equal(['green', 'never']);
    expect(found('-"red or"')).to.deep.equal([]);
    expect(found('nothing')).to.deep.equal([]);
    expect(snippetOf('', 'x')).to.deep.equal({ text: '', matches: [] });
    expect(snippetOf('Straße ÉTÉ', 'été').matches).to.have.length(1);
  });
});

describe('posts and comments', () => {
  it('store tags in lower case without duplicates', () => {
    expect(parseTags([' Zähne ', 'zähne', 'Node.js', 'C++', 'two   words'])).to.deep.equal([
      'zähne',
      'node.js',
      'c++',
      'two words',
    ]);
    expect(canonicalTag('A\u0308')).to.equal('ä');
    for (const wrong of ['', ' ', '<b>', 'a"b', 'x'.repeat(41), '-x', 'a\u0000'])
      expect(() => parseTags(['fine', wrong]), wrong).to.throw(DomainError);
  });

  it('are published from publishAt on, to the millisecond', () => {
    const post = { status: 'scheduled', publishAt: T0 } as const;
    expect([-1, 0, 1].map((ms) => statusAt(post, plus(T0, ms)))).to.deep.equal([
      'scheduled',
      'published',
      'published',
    ]);
  });

  it('are not visible before publishAt by the clock of the reader', () => {
    const post = aPost({ authorId: nextId() });
    expect([-1, 0].map((ms) => isVisibleTo(post, ANYBODY, plus(T0, ms)))).to.deep.equal([false, true]);
  });

  it('cannot be restored from invalid data', () => {
    const post = aPost({ authorId: nextId() });
    for (const wrong of [
      { slug: 'Not a slug' },
      { title: '' },
      { content: ' ' },
      { status: 'draft' },
      { publishAt: null },
      { tags: ['A'] },
      { tags: ['a '] },
      { tags: ['a', 'a'] },
      { tags: Array.from({ length: 11 }, (_, n) => `tag ${n}`) },
      { visibility: 'nobody' as 'public' },
      { commentPolicy: 'shut' as 'open' },
      { version: 0 },
      { revision: 0 },
      { updatedAt: plus(T0, -1) },
    ] as const)
      expect(() => restorePost({ ...post, ...wrong }), JSON.stringify(wrong)).to.throw(/corrupt post/);
    const comment = aComment({ postId: post.id, authorId: nextId() });
    for (const wrong of [
      { status: 'deleted' },
      { comment: null },
      { html: null },
      { approvedAt: null },
      { status: 'hidden', approvedAt: null },
      { status: 'liked' as 'spam' },
      { comment: ' ' },
      { comment: 'x'.repeat(5_001) },
      { parentId: comment.id },
      { updatedAt: plus(T0, -1) },
      { version: 0 },
    ] as const)
      expect(() => restoreComment({ ...comment, ...wrong }), JSON.stringify(wrong)).to.throw(
        /corrupt comment/,
      );
  });

  it('report the time to wait when the limit of comments is reached', () => {
    const recent = Array.from({ length: 10 }, (_, n) => plus(T0, n * MINUTE));
    assertNoFlood(recent.slice(1), plus(T0, 9 * MINUTE));
    try {
      assertNoFlood(recent, plus(T0, 9 * MINUTE));
      expect.fail('a flood was let through');
    } catch (error) {
      expect((error as DomainError).details).to.deep.equal({ retryAfterSeconds: 60 });
    }
  });
});
