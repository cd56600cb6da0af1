import { Op, type Transaction } from 'sequelize';
import { versionMismatch } from '../../../kernel/errors.js';
import { makeTransactionDatabase, type Statement } from '../../../platform/database/database.js';
import { insertFromJson, toJsonRows } from '../../../platform/database/select-columns.js';
import type { PostRepository } from '../../application/ports.js';
import { nextPostVersion } from '../../domain/post.js';
import { fromPost, toPost } from './columns.js';
import { postSlugAttributes } from './models/post-slug.js';
import type { JournalModels } from './models.js';

/** Waits for a concurrent claim of the same slug; returns no row when the slug is taken. */
const CLAIM: Statement = {
  name: 'journal_claim_slug',
  text: `${insertFromJson('post_slugs', postSlugAttributes(), '$1')} ON CONFLICT (slug) DO NOTHING RETURNING slug`,
};

export const makePostRepository = ({
  journalModels: { posts, slugs, revisions },
  transaction,
}: {
  journalModels: JournalModels;
  transaction: Transaction;
}): PostRepository => ({
  async lock(id) {
    const row = await posts.findByPk(id, { transaction, lock: transaction.LOCK.NO_KEY_UPDATE });
    return row === null ? undefined : toPost(row);
  },
  async lockShared(id) {
    const row = await posts.findByPk(id, { transaction, lock: transaction.LOCK.SHARE });
    return row === null ? undefined : toPost(row);
  },
  async insert(post) {
    await posts.create(fromPost(post), { transaction, returning: false });
  },
  async save(post) {
    const saved = nextPostVersion(post);
    const where = { id: post.id, version: post.version };
    const [count] = await posts.update(fromPost(saved), { where, transaction });
    if (count === 0) throw versionMismatch();
    return saved;
  },
  async delete(id) {
    await posts.destroy({ where: { id }, transaction });
  },
  async claimSlug(slug, postId) {
    const rows = toJsonRows(postSlugAttributes(), [{ slug, postId }]);
    const claimed = await makeTransactionDatabase(transaction).rows(CLAIM, [rows]);
    if (claimed.length > 0) return true;
    return (await slugs.findOne({ where: { slug, postId }, transaction })) !== null;
  },
  async freeSlugs(wanted) {
    const rows = await slugs.findAll({ where: { slug: { [Op.in]: [...wanted] } }, transaction });
    const taken = new Set(rows.map(({ slug }) => slug));
    return new Set(wanted.filter((slug) => !taken.has(slug)));
  },
  async appendRevision({ by, tags, ...revision }) {
    await revisions.create({ ...revision, tags: [...tags], byUserId: by }, { transaction, returning: false });
  },
  async findRevision(postId, number) {
    const row = await revisions.findOne({ where: { postId, number }, transaction });
    return row === null
      ? undefined
      : {
          postId: row.postId,
          number: row.number,
          title: row.title,
          content: row.content,
          tags: row.tags,
          by: row.byUserId,
          createdAt: row.createdAt,
        };
  },
});
