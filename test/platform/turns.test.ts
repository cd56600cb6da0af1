import { expect } from 'chai';
import { makeTurns } from '../../src/platform/http/server/turns.js';

/** Turns that the test begins, and a log of the work that was allowed to start. */
function start() {
  let next: (() => void) | undefined;
  const turns = makeTurns((run) => {
    next = run;
  });
  const begun: string[] = [];
  return {
    begun,
    take: (client: string, units: number) => void turns.take(client, units).then(() => begun.push(client)),
    turn: async () => {
      const run = next;
      next = undefined;
      run?.();
      await Promise.resolve();
      await Promise.resolve();
    },
    idle: () => next === undefined,
  };
}

describe('turns of the event loop', () => {
  it('start work at once while the turn has capacity', async () => {
    const { take, turn, begun, idle } = start();
    for (let each = 0; each < 50; each += 1) take('a', 2);
    await Promise.resolve();
    expect(begun).to.have.length(50);
    await turn();
    expect(idle()).to.equal(true);
  });

  it('defer work to later turns when the turn is full', async () => {
    const { take, turn, begun } = start();
    for (let each = 0; each < 120; each += 1) take('a', 2);
    await Promise.resolve();
    expect(begun).to.have.length(50);
    await turn();
    expect(begun).to.have.length(100);
    await turn();
    expect(begun).to.have.length(120);
  });

  it('allow one piece of work that exceeds a turn, and nothing beside it', async () => {
    const { take, turn, begun } = start();
    take('a', 400);
    take('a', 400);
    take('b', 1);
    await Promise.resolve();
    expect(begun).to.deep.equal(['a']);
    await turn();
    expect(begun).to.deep.equal(['a', 'b', 'a']);
  });

  it('serve the client that has used least first', async () => {
    const { take, turn, begun } = start();
    for (let each = 0; each < 60; each += 1) take('busy', 10);
    take('other', 2);
    await Promise.resolve();
    begun.length = 0;
    await turn();
    expect(begun[0]).to.equal('other');
  });

  it('serve each client in the order of its requests', async () => {
    const turns = makeTurns((run) => void setImmediate(run));
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => turns.take('a', 10).then(() => order.push(index))),
    );
    expect(order).to.deep.equal(Array.from({ length: 200 }, (_, index) => index));
  });
});
