import { asFunction } from 'awilix';
import type { ContextModule } from '../platform/context-module.js';
import { makeUnitOfWork } from '../platform/database/unit-of-work.js';
import type { JobHandler } from '../platform/jobs/job-runner.js';
import { asWritingPort, type CradleOf } from '../platform/registrations.js';
import { makeAddComment } from './application/add-comment.js';
import { makeAdvancePost } from './application/advance-post.js';
import { makeChangeComment } from './application/change-comment.js';
import { makeRemoveComment } from './application/remove-comment.js';
import { makeChangePost } from './application/change-post.js';
import { makeForgetCommenter, type ForgetCommenter } from './application/forget-commenter.js';
import { COMMENT_MAIL, RECIPIENTS } from './application/jobs.js';
import { makeModerateComment } from './application/moderate-comment.js';
import type { CommentLimits, JournalPorts, JournalQueries } from './application/ports.js';
import { makeListCommentQueue } from './application/list-comment-queue.js';
import { makeListComments } from './application/list-comments.js';
import { makeViewComment } from './application/view-comment.js';
import { makeListPosts } from './application/list-posts.js';
import { makeListRevisions } from './application/list-revisions.js';
import { makeReadJournalFeed } from './application/read-journal-feed.js';
import { makeViewPost } from './application/view-post.js';
import { makeRemovePost } from './application/remove-post.js';
import { makeReportComment } from './application/report-comment.js';
import { makeRestoreRevision } from './application/restore-revision.js';
import { makeSendCommentMail } from './application/send-comment-mail.js';
import { makeWritePost } from './application/write-post.js';
import { journalProblems } from './http/problems.js';
import { journalRoutes } from './http/routes.js';
import { makeFeedWriter } from './infrastructure/atom-feed.js';
import { makeMarkdownRenderer } from './infrastructure/markdown.js';
import { makeCommentRepository } from './infrastructure/sequelize/comment-repository.js';
import { journalIntegrityChecks } from './infrastructure/sequelize/integrity-checks.js';
import { makeJournalQueries } from './infrastructure/sequelize/journal-queries.js';
import { makeJournalModels } from './infrastructure/sequelize/models.js';
import { makePostRepository } from './infrastructure/sequelize/post-repository.js';

/** Needs the platform's `sequelize`, `database`, `transactions`, `outbox`, `config`, `clock`, `ids`, `publicUrl`; identity's `userMailer`. */
export const journalRegistrations = {
  // one for each process
  journalModels: asFunction(makeJournalModels).singleton(),
  markdown: asFunction(() => makeMarkdownRenderer())
    .singleton()
    .disposer((markdown) => markdown.close()),
  feedWriter: asFunction(makeFeedWriter).singleton(),
  commentLimits: asFunction(
    ({ config }: Readonly<{ config: Readonly<{ rateLimit: boolean }> }>): CommentLimits => ({
      refuseFloods: config.rateLimit,
    }),
  ).singleton(),

  // writing ports: they resolve in a transaction only
  posts: asWritingPort(makePostRepository),
  comments: asWritingPort(makeCommentRepository),

  // within a transaction, these join it
  journalUnitOfWork: asFunction(makeUnitOfWork<JournalPorts>).scoped(),
  journalQueries: asFunction(makeJournalQueries).scoped(),

  listPosts: asFunction(makeListPosts).scoped(),
  viewPost: asFunction(makeViewPost).scoped(),
  writePost: asFunction(makeWritePost).scoped(),
  changePost: asFunction(makeChangePost).scoped(),
  removePost: asFunction(makeRemovePost).scoped(),
  advancePost: asFunction(makeAdvancePost).scoped(),
  listRevisions: asFunction(makeListRevisions).scoped(),
  restoreRevision: asFunction(makeRestoreRevision).scoped(),
  readJournalFeed: asFunction(makeReadJournalFeed).scoped(),
  listComments: asFunction(makeListComments).scoped(),
  viewComment: asFunction(makeViewComment).scoped(),
  addComment: asFunction(makeAddComment).scoped(),
  changeComment: asFunction(makeChangeComment).scoped(),
  removeComment: asFunction(makeRemoveComment).scoped(),
  reportComment: asFunction(makeReportComment).scoped(),
  moderateComment: asFunction(makeModerateComment).scoped(),
  listCommentQueue: asFunction(makeListCommentQueue).scoped(),
  sendCommentMail: asFunction(makeSendCommentMail).scoped(),
  forgetCommenter: asFunction(makeForgetCommenter).scoped(),
};
export type JournalCradle = CradleOf<typeof journalRegistrations>;

/** Jobs by kind. */
export const journalJobs = {
  [COMMENT_MAIL]: {
    lane: 'mail',
    makeHandler:
      ({ sendCommentMail }: JournalCradle): JobHandler =>
      async ({ id, payload }) => {
        const to = RECIPIENTS.find((recipient) => recipient === payload['to']);
        if (to !== undefined)
          await sendCommentMail({ jobId: id, commentId: String(payload['commentId']), to });
      },
  },
} as const;

export const journalModule: ContextModule<JournalCradle> = {
  name: 'journal',
  tags: [
    { name: 'posts', description: 'Posts of the journal: drafts, scheduled and published.' },
    { name: 'comments', description: 'Comments on posts, and their moderation.' },
  ],
  registrations: journalRegistrations,
  routes: journalRoutes,
  pages: [],
  problems: journalProblems,
  jobs: journalJobs,
  recurringJobs: [],
  exportMember: {
    section: 'journal',
    collect: ({ journalQueries }: Readonly<{ journalQueries: JournalQueries }>, userId) =>
      journalQueries.record(userId),
  },
  memberErased:
    ({ forgetCommenter }: Readonly<{ forgetCommenter: ForgetCommenter }>) =>
    (userId) =>
      forgetCommenter({ userId }),
  integrityChecks: journalIntegrityChecks,
};
