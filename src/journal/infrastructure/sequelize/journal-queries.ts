import type { Database } from '../../../platform/database/database.js';
import type { JournalQueries } from '../../application/ports.js';
import { makeCommentQueries } from './comment-queries.js';
import { makeListPosts } from './list-posts.js';
import type { JournalModels } from './models.js';
import { makePersonalRecord } from './personal-record.js';
import { makePostQueries } from './post-queries.js';

export const makeJournalQueries = (dependencies: {
  database: Database;
  journalModels: JournalModels;
}): JournalQueries => ({
  ...makeListPosts(dependencies),
  ...makePostQueries(dependencies),
  ...makeCommentQueries(dependencies),
  ...makePersonalRecord(dependencies),
});
