import { expect } from 'chai';
import { makeUser, startTestPraxis, type Answer, type TestPraxis, type TestUser } from '../support/praxis.js';

/** A server with an author, another staff user, an admin and a member. */
export type Journal = Readonly<{
  praxis: TestPraxis;
  author: TestUser;
  colleague: TestUser;
  admin: TestUser;
  member: TestUser;
}>;

export async function openJournal(env: Readonly<Record<string, string>> = {}): Promise<Journal> {
  const praxis = await startTestPraxis(env);
  return {
    praxis,
    author: await makeUser(praxis, 'staff'),
    colleague: await makeUser(praxis, 'staff'),
    admin: await makeUser(praxis, 'admin'),
    member: await makeUser(praxis, 'member'),
  };
}

/** A response body; the API checker has validated its shape. */
export type Json = Answer['body'];

export const ANY = { 'if-match': '*' };
let serial = 0;
const fields = (given: object) => ({ title: `Post ${(serial += 1)}`, content: 'Some *words*.', ...given });

/** Creates a draft of the author. */
export async function draft({ praxis, author }: Journal, given: object = {}, by = author): Promise<Json> {
  const made = await praxis.call('POST', '/v1/posts', { token: by.accessToken, body: fields(given) });
  expect(made.status, made.text).to.equal(201);
  return made.body;
}

/** A transition of a post by its author: `publish`, `schedule`, `archive`, `unpublish`. */
export const step = (
  { praxis, author }: Journal,
  post: { id: string },
  name: string,
  body?: object,
): Promise<Answer> =>
  praxis.call('POST', `/v1/posts/${post.id}/${name}`, {
    token: author.accessToken,
    headers: ANY,
    ...(body && { body }),
  });

export async function published(journal: Journal, given: object = {}): Promise<Json> {
  const made = await step(journal, await draft(journal, given), 'publish');
  expect(made.status, made.text).to.equal(200);
  return made.body;
}

export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

let words = 0;
/** A comment with a unique text. */
export const commenting = (
  { praxis }: Journal,
  post: { id: string },
  by: TestUser,
  given: object = {},
): Promise<Answer> =>
  praxis.call('POST', `/v1/posts/${post.id}/comments`, {
    token: by.accessToken,
    body: { comment: `Comment ${(words += 1)}`, ...given },
  });

export const moderating = (
  { praxis, colleague }: Journal,
  comment: { id: string },
  name: string,
): Promise<Answer> =>
  praxis.call('POST', `/v1/comments/${comment.id}/${name}`, { token: colleague.accessToken });

/** An approved comment. */
export async function approved(
  journal: Journal,
  post: { id: string },
  given: object = {},
  by = journal.member,
): Promise<Json> {
  const { body } = await commenting(journal, post, by, given);
  if (body.status === 'approved') return body;
  const { status, body: shown, text } = await moderating(journal, body, 'approve');
  expect(status, text).to.equal(200);
  return shown;
}

/** A trusted member. */
export async function trusted(journal: Journal): Promise<TestUser> {
  const member = await makeUser(journal.praxis);
  await approved(journal, await published(journal), {}, member);
  return member;
}
