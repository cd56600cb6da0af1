import { expect } from 'chai';
import { makeSandbox } from '../support/server-process.js';
import { loadAttacks, startTarget } from './attacks.js';

const attacks = await loadAttacks();

describe('a server under attack', function () {
  this.timeout(300_000);
  const sandbox = makeSandbox();
  afterEach(() => sandbox.clear());

  for (const { name, attack } of attacks)
    it(`withstands ${name}`, async () => {
      const { server, target } = await startTarget(sandbox, attack.server);
      const figures = await attack.run(target, 'small', new AbortController().signal);
      expect(attack.faults(figures, 'small'), JSON.stringify(figures)).to.deep.equal([]);
      expect((await server.call('GET', '/livez')).status).to.equal(200);
    });
});
