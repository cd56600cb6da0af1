import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { toProblem } from '../../src/platform/http/replies/problems.js';
import { COMMON_PROBLEMS } from '../../src/platform/http/replies/problem-catalog.js';
import { eventually } from '../support/processes.js';
import { makeSandbox, signInDemo, type Answer, type ServerProcess } from '../support/server-process.js';

const POSTS = 200;

describe('a full disk', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  after(() => sandbox.clear());

  it('makes /readyz answer 503 storage-full and is named in responses until space is free', async function () {
    const home = sandbox.newHome();
    const disk = path.dirname(home);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=711', 'none', disk]);
    if (mounted.status !== 0) this.skip(); // only root can make a small disk
    let server: ServerProcess | undefined;
    try {
      const started = await sandbox.serve({ PRAXIS_HOME: home });
      server = started;
      const token = await signInDemo(started, 'staff@praxis.test');
      expect((await started.call('GET', '/readyz')).status).to.equal(200);

      const filler = path.join(disk, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
      await eventually('it is not ready', async () => (await started.call('GET', '/readyz')).status === 503);
      const { body: readiness } = await started.call('GET', '/readyz');
      expect(readiness).to.include({
        code: 'unavailable',
        reason: 'storage-full',
        detail: 'The database has no storage left.',
      });

      const write = (): Promise<Answer> =>
        started.call('POST', '/v1/posts', {
          token,
          body: { title: 'Long', content: randomBytes(24_000).toString('base64') },
        });
      let refused: Answer | undefined;
      for (let n = 0; n < POSTS && refused === undefined; n += 1) {
        const answer = await write();
        if (answer.status !== 201) refused = answer;
      }
      expect(refused?.status).to.equal(503);
      expect(refused?.body).to.include({
        code: 'unavailable',
        reason: 'storage-full',
        detail: 'The server has no storage left; nothing can be saved at the moment.',
      });
      expect(refused?.headers.get('retry-after')).to.equal('10');
      expect((await started.call('GET', '/v1/products')).status).to.equal(200);

      rmSync(filler);
      await eventually('it is ready', async () => (await started.call('GET', '/readyz')).status === 200);
      expect((await write()).status).to.equal(201);
    } finally {
      server?.signal('SIGTERM');
      await server?.outcome;
      await eventually('the disk is let go', () => spawnSync('umount', [disk]).status === 0);
    }
  });

  for (const code of ['53100', 'ENOSPC', 'EDQUOT'])
    it(`is the reason in the response to ${code}`, () => {
      const error = Object.assign(new Error('no room'), { code });
      const { document, status } = toProblem(new Error('wrapped', { cause: error }), {
        catalog: COMMON_PROBLEMS,
        instance: '/v1/posts',
        requestId: 'r',
        declared: null,
      });
      expect([status, document.code, document['reason']]).to.deep.equal([503, 'unavailable', 'storage-full']);
    });
});
