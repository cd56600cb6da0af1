import { invalidField, type DomainError } from '../../src/kernel/errors.js';
import type { PostTransition } from '../../src/journal/application/advance-post.js';
import type { ChangePost } from '../../src/journal/application/change-post.js';
import type { CommentView, MarkdownRenderer, PostView } from '../../src/journal/application/ports.js';
import type { WritePost } from '../../src/journal/application/write-post.js';
import type { Viewer } from '../../src/journal/domain/viewer.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
import { cradleWith, containerOver, over } from '../support/in-memory-container.js';
import { makeInMemoryJournal } from '../support/in-memory/journal.js';
import { InMemoryStore } from '../support/in-memory/store.js';
import { expectRefusal } from '../support/refusal.js';

export type Person = Exclude<Viewer, null>;
const person = (end: string, role: Person['role']): Person => ({
  userId: `01930000-0000-7000-8000-0000000000${end}`,
  role,
});
export const AUTHOR = person('c1', 'staff');
export const COLLEAGUE = person('c2', 'staff');
export const ADMIN = person('c3', 'admin');
export const MEMBER = person('c4', 'member');
export const OTHER = person('c5', 'member');
export const MEMBERS = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'].map((end) => person(end, 'member'));
export const STRANGER = null;
export const NOWHERE = '01930000-0000-7000-8000-00000000dead';
/** A page that is large enough for every test. */
export const FIRST = { limit: 50 };

/** Renders a source recognisably, counts `http` as links, and refuses texts that contain `poison`. */
class FakeMarkdown implements MarkdownRenderer {
  version = 1;
  poison = 'POISON';
  /** Throws an error that is no refusal. */
  broken = false;
  #html(source: string, pointer: string): string {
    if (this.broken) throw new Error('the renderer is broken');
    if (source.includes(this.poison)) throw invalidField(pointer, 'takes too much to render');
    return `<p>${source}</p> by ${this.version}`;
  }
  async post(source: string) {
    await Promise.resolve();
    return { html: this.#html(source, '/content'), plain: source, version: this.version };
  }
  async comment(source: string) {
    await Promise.resolve();
    const links = source.split('http').length - 1;
    return { html: this.#html(source, '/comment'), version: this.version, links };
  }
}

/** The real container over the journal's in-memory adapters, with a fake clock and renderer. The limit of comments is on. */
export function openJournalFixture() {
  const store = new InMemoryStore();
  const memory = makeInMemoryJournal(store);
  const clock = new FakeClock();
  const markdown = new FakeMarkdown();
  const letters: { id: string; userId: string; subject: string; text: string }[] = [];
  for (const { userId } of [AUTHOR, COLLEAGUE, ADMIN, MEMBER, OTHER, ...MEMBERS]) memory.addUser(userId);
  const { journalUnitOfWork, journalQueries } = memory;
  const container = containerOver({
    journalUnitOfWork,
    journalQueries,
    markdown,
    clock,
    ids: new FakeIds(),
    commentLimits: { refuseFloods: true },
    feedWriter: {
      write: (posts: readonly PostView[]) => Promise.resolve(posts.map(({ title }) => title).join('\n')),
    },
    userMailer: {
      write: (letter: (typeof letters)[number]) => {
        letters.push(letter);
        return Promise.resolve();
      },
    },
    publicUrl: 'https://praxis.example',
  });
  const useCases = container.cradle;
  let serial = 0;

  type Fields = Partial<Parameters<WritePost>[0]['fields'] & { slug: string }>;
  const draft = ({ slug, ...fields }: Fields = {}, caller = AUTHOR): Promise<PostView> => {
    serial += 1;
    return useCases.writePost({
      caller,
      fields: {
        title: `Post ${serial}`,
        content: 'Some words.',
        tags: [],
        visibility: 'public',
        commentPolicy: 'open',
        ...fields,
      },
      slug,
    });
  };
  const advance = (
    { id }: Pick<PostView, 'id'>,
    transition: PostTransition,
    { caller = AUTHOR, expectedVersion = null as number | null } = {},
  ): Promise<PostView> => useCases.advancePost({ caller, postId: id, transition, expectedVersion });
  const published = async (fields: Fields = {}): Promise<PostView> =>
    advance(await draft(fields), { to: 'published' });
  const change = (
    { id }: Pick<PostView, 'id'>,
    changes: Parameters<ChangePost>[0]['changes'],
    { caller = AUTHOR, expectedVersion = null as number | null } = {},
  ): Promise<PostView> => useCases.changePost({ caller, postId: id, changes, expectedVersion });

  type Said = Readonly<{ text?: string; parent?: CommentView; emailVerified?: boolean }>;
  const comment = (
    { id }: Pick<PostView, 'id'>,
    caller: Person,
    { text, parent, emailVerified = true }: Said = {},
  ): Promise<CommentView> => {
    serial += 1;
    return useCases.addComment({
      caller: { ...caller, emailVerified },
      postId: id,
      parentId: parent?.id ?? null,
      text: text ?? `Comment ${serial}`,
    });
  };
  const moderate = (
    { id }: Pick<CommentView, 'id'>,
    to: 'approved' | 'hidden' | 'spam',
    expectedVersion: number | null = null,
  ): Promise<CommentView> => useCases.moderateComment({ commentId: id, to, expectedVersion });
  return over(container.cradle, {
    ...memory,
    addCommentUnlimited: cradleWith(container, { commentLimits: { refuseFloods: false } }).addComment,
    clock,
    markdown,
    letters,
    draft,
    advance,
    published,
    change,
    comment,
    moderate,
    /** An approved comment; its author is trusted afterwards. */
    async shown(post: Pick<PostView, 'id'>, by: Person = MEMBER, said: Said = {}): Promise<CommentView> {
      const made = await comment(post, by, said);
      return made.status === 'approved' ? made : moderate(made, 'approved');
    },
    edit: ({ id }: CommentView, caller: Person, text: string, expectedVersion: number | null = null) =>
      useCases.changeComment({ caller, commentId: id, text, expectedVersion }),
    remove: ({ id }: CommentView, caller: Person, expectedVersion: number | null = null) =>
      useCases.removeComment({ caller, commentId: id, expectedVersion }),
    report: ({ id }: CommentView, caller: Person, reason: string | null = null) =>
      useCases.reportComment({ caller, commentId: id, reason }),
    mails: () =>
      memory
        .jobs()
        .filter(({ kind }) => kind === 'journal.comment-mail')
        .map(({ payload }) => ({ commentId: String(payload['commentId']), to: String(payload['to']) })),
    get commits() {
      return store.commits;
    },
    refused: (attempt: () => Promise<unknown>, code: string): Promise<DomainError> =>
      expectRefusal(store, attempt, code),
  });
}
export type JournalFixture = ReturnType<typeof openJournalFixture>;
