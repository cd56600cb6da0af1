import type { Sequelize } from 'sequelize';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { AddComment } from '../../src/journal/application/add-comment.js';
import type { AdvancePost } from '../../src/journal/application/advance-post.js';
import type { RemoveComment } from '../../src/journal/application/remove-comment.js';
import type { ChangePost } from '../../src/journal/application/change-post.js';
import type { ForgetCommenter } from '../../src/journal/application/forget-commenter.js';
import type { ModerateComment } from '../../src/journal/application/moderate-comment.js';
import type { JournalPorts, JournalQueries, MarkdownRenderer } from '../../src/journal/application/ports.js';
import type { RemovePost } from '../../src/journal/application/remove-post.js';
import type { ReportComment } from '../../src/journal/application/report-comment.js';
import type { WritePost } from '../../src/journal/application/write-post.js';
import { journalIntegrityChecks } from '../../src/journal/infrastructure/sequelize/integrity-checks.js';
import type { Role } from '../../src/identity/domain/user.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { runIntegrityChecks } from '../../src/platform/database/integrity.js';
import { aUser } from './builders/identity.js';

/** The registrations that tests resolve from the real container. */
export type JournalCradle = Readonly<{
  sequelize: Sequelize;
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  journalUnitOfWork: UnitOfWork<JournalPorts>;
  journalQueries: JournalQueries;
  markdown: MarkdownRenderer;
  writePost: WritePost;
  changePost: ChangePost;
  advancePost: AdvancePost;
  removePost: RemovePost;
  addComment: AddComment;
  removeComment: RemoveComment;
  reportComment: ReportComment;
  moderateComment: ModerateComment;
  forgetCommenter: ForgetCommenter;
}>;

export type Person = Readonly<{ userId: string; role: Role; emailVerified: boolean }>;

export async function givenPerson(
  { identityUnitOfWork }: Pick<JournalCradle, 'identityUnitOfWork'>,
  role: Role = 'member',
): Promise<Person> {
  const user = aUser({ role });
  await identityUnitOfWork.run(({ users }) => users.insert(user));
  return { userId: user.id, role, emailVerified: true };
}

export const FIELDS = {
  title: 'A title',
  content: 'Some *words*.',
  tags: [],
  visibility: 'public',
  commentPolicy: 'open',
} as const;

/** Creates a published post of the author. */
export async function givenPost(cradle: JournalCradle, author: Person): Promise<Readonly<{ id: string }>> {
  const post = await cradle.writePost({ caller: author, fields: FIELDS, slug: undefined });
  const transition = { to: 'published' } as const;
  return cradle.advancePost({ caller: author, postId: post.id, transition, expectedVersion: null });
}

/** `name: ids` of every integrity check that fails. */
export async function brokenJournalRules({ sequelize }: Pick<JournalCradle, 'sequelize'>): Promise<string[]> {
  const findings = await runIntegrityChecks(sequelize, journalIntegrityChecks);
  return findings.filter(({ ok }) => !ok).map(({ name, broken }) => `${name}: ${broken.join(' ')}`);
}
