import { expect } from 'chai';
import type { JobPayload, Outbox } from '../../src/kernel/outbox.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import { rejection } from '../support/rejection.js';

export type OutboxHarness = Readonly<{
  unitOfWork: UnitOfWork<{ outbox: Outbox }>;
  /** The stored jobs, oldest first; `runAt` is null for a job that is due at once. */
  jobs(): Promise<{ kind: string; payload: JobPayload; runAt: Date | null; dedupeKey: string | null }[]>;
  close(): Promise<void>;
}>;

/** What every adapter of the outbox must do. */
export function describeOutbox(name: string, open: () => Promise<OutboxHarness>): void {
  describe(`the outbox ${name}`, () => {
    let harness: OutboxHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const mail = (payload: JobPayload = {}) => ({ kind: 'test.mail', payload });
    const payloads = async () => (await harness.jobs()).map(({ payload }) => payload);

    it('stores a job as it was appended', async () => {
      const payload = { id: 'a', count: 3, urgent: true, note: null, text: 'Grüße "$1" \\ \n' };
      const runAt = new Date('2031-01-02T03:04:05.678Z');
      await harness.unitOfWork.run(async ({ outbox }) => {
        await outbox.append({ kind: 'test.later', payload, runAt, dedupeKey: 'k' });
        await outbox.append(mail());
      });
      expect(await harness.jobs()).to.have.deep.members([
        { kind: 'test.later', payload, runAt, dedupeKey: 'k' },
        { kind: 'test.mail', payload: {}, runAt: null, dedupeKey: null },
      ]);
    });

    it('rolls back the jobs of a unit of work that throws', async () => {
      const thrown = await rejection(
        harness.unitOfWork.run(async ({ outbox }) => {
          await outbox.append(mail());
          throw new Error('changed my mind');
        }),
      );
      expect(String(thrown)).to.contain('changed my mind');
      expect(await harness.jobs()).to.deep.equal([]);
    });

    it('keeps the jobs of an independent unit of work when the outer one throws', async () => {
      await rejection(
        harness.unitOfWork.run(async () => {
          await harness.unitOfWork.runInNewTransaction(({ outbox }) => outbox.append(mail({ n: 1 })));
          throw new Error('changed my mind');
        }),
      );
      expect(await payloads()).to.deep.equal([{ n: 1 }]);
    });

    it('ignores a second job with the same key, in one unit of work or two', async () => {
      const append = (n: number) =>
        harness.unitOfWork.run(async ({ outbox }) => {
          await outbox.append({ ...mail({ n }), dedupeKey: 'once' });
          await outbox.append({ ...mail({ n }), dedupeKey: 'once' });
        });
      await append(1);
      await append(2);
      expect(await payloads()).to.deep.equal([{ n: 1 }]);
    });

    it('stores all jobs of one call except duplicates of a key', async () => {
      for (const count of [0, 1, 2, 3, 4, 8])
        await harness.unitOfWork.run(({ outbox }) =>
          outbox.append(
            ...Array.from({ length: count }, (_, n) => ({
              ...mail({ count, n }),
              dedupeKey: `${count}-${Math.max(n, 1)}`,
            })),
          ),
        );
      expect((await payloads()).map(({ count, n }) => `${count as number}-${n as number}`)).to.have.members(
        [1, 2, 3, 4, 8].flatMap((count) =>
          Array.from({ length: count }, (_, n) => `${count}-${n}`).filter((_, n) => n !== 1),
        ),
      );
    });

    it('accepts a key again after a rollback', async () => {
      const keyed = { ...mail({ n: 1 }), dedupeKey: 'once' };
      await rejection(
        harness.unitOfWork.run(async ({ outbox }) => {
          await outbox.append(keyed);
          throw new Error('changed my mind');
        }),
      );
      await harness.unitOfWork.run(({ outbox }) => outbox.append(keyed));
      expect(await payloads()).to.deep.equal([{ n: 1 }]);
    });

    it('stores one of twenty concurrent jobs with one key, and all jobs without a key', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          harness.unitOfWork.run(async ({ outbox }) => {
            await outbox.append({ ...mail({ n }), dedupeKey: 'race' });
            await outbox.append(mail({ n: 100 + n }));
          }),
        ),
      );
      const keys = (await harness.jobs()).map(({ dedupeKey }) => dedupeKey);
      expect(keys.filter((key) => key === 'race')).to.have.length(1);
      expect(keys.filter((key) => key === null)).to.have.length(20);
    });
  });
}
