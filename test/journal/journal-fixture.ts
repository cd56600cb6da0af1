import { invalidField, type DomainError } from '../../src/kernel/errors.js';
import { makeAddComment } from '../../src/journal/application/add-comment.js';
import { makeAdvancePost, type PostTransition } from '../../src/journal/application/advance-post.js';
import { makeChangeComment } from '../../src/journal/application/change-comment.js';
import { makeRemoveComment } from '../../src/journal/application/remove-comment.js';
import { makeChangePost, type ChangePost } from '../../src/journal/application/change-post.js';
import { makeForgetCommenter } from '../../src/journal/application/forget-commenter.js';
import { makeModerateComment } from '../../src/journal/application/moderate-comment.js';
import type { CommentView, MarkdownRenderer, PostView } from '../../src/journal/application/ports.js';
import { makeListCommentQueue } from '../../src/journal/application/list-comment-queue.js';
import { makeListComments } from '../../src/journal/application/list-comments.js';
import { makeViewComment } from '../../src/journal/application/view-comment.js';
import { makeListPosts } from '../../src/journal/application/list-posts.js';
import { makeListRevisions } from '../../src/journal/application/list-revisions.js';
import { makeReadJournalFeed } from '../../src/journal/application/read-journal-feed.js';
import { makeViewPost } from '../../src/journal/application/view-post.js';
import { makeRemovePost } from '../../src/journal/application/remove-post.js';
import { makeReportComment } from '../../src/journal/application/report-comment.js';
import { makeRestoreRevision } from '../../src/journal/application/restore-revision.js';
import { makeSendCommentMail } from '../../src/journal/application/send-comment-mail.js';
import { makeWritePost, type WritePost } from '../../src/journal/application/write-post.js';
import type { Viewer } from '../../src/journal/domain/viewer.js';
import { FakeClock } from '../support/fakes/clock.js';
import { FakeIds } from '../support/fakes/ids.js';
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

/** The journal's use cases over in-memory adapters, with a fake clock and renderer. The limit of comments is on. */
export function openJournalFixture() {
  const store = new InMemoryStore();
  const memory = makeInMemoryJournal(store);
  const clock = new FakeClock();
  const markdown = new FakeMarkdown();
  const letters: { id: string; userId: string; subject: string; text: string }[] = [];
  for (const { userId } of [AUTHOR, COLLEAGUE, ADMIN, MEMBER, OTHER, ...MEMBERS]) memory.addUser(userId);
  const base = {
    ...memory,
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
  };
  const useCases = {
    writePost: makeWritePost(base),
    changePost: makeChangePost(base),
    advancePost: makeAdvancePost(base),
    removePost: makeRemovePost(base),
    restoreRevision: makeRestoreRevision(base),
    listRevisions: makeListRevisions(base),
    listPosts: makeListPosts(base),
    viewPost: makeViewPost(base),
    readFeed: makeReadJournalFeed(base),
    addComment: makeAddComment(base),
    addCommentUnlimited: makeAddComment({ ...base, commentLimits: { refuseFloods: false } }),
    changeComment: makeChangeComment(base),
    removeComment: makeRemoveComment(base),
    moderateComment: makeModerateComment(base),
    reportComment: makeReportComment(base),
    listComments: makeListComments(base),
    viewComment: makeViewComment(base),
    listCommentQueue: makeListCommentQueue(base),
    sendCommentMail: makeSendCommentMail(base),
    forgetCommenter: makeForgetCommenter(base),
  };
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
  return {
    ...memory,
    ...useCases,
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
  };
}
export type JournalFixture = ReturnType<typeof openJournalFixture>;
