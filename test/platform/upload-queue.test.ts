import { expect } from 'chai';
import { makeUploadQueue } from '../../src/platform/http/requests/upload-queue.js';

const settle = () => new Promise(setImmediate);

describe('the queue of uploads', () => {
  it('works on two at a time, in the order in which they arrived in full', async () => {
    const queue = makeUploadQueue({ atWork: 2, waiting: 2 });
    const places = Array.from({ length: 4 }, () => queue.enter()!);
    const begun: number[] = [];
    for (const index of [3, 0, 2, 1]) void places[index]!.turn().then(() => begun.push(index));
    await settle();
    expect(begun).to.deep.equal([3, 0]);
    places[0]!.leave();
    await settle();
    expect(begun).to.deep.equal([3, 0, 2]);
    places[3]!.leave();
    places[2]!.leave();
    await settle();
    expect(begun).to.deep.equal([3, 0, 2, 1]);
  });

  it('takes no more than wait, and again when one that was received in part has left', () => {
    const queue = makeUploadQueue({ atWork: 2, waiting: 1 });
    const [first] = [queue.enter(), queue.enter(), queue.enter()];
    expect(queue.enter()).to.equal(undefined);
    first!.leave();
    expect(queue.enter()).not.to.equal(undefined);
    expect(queue.enter()).to.equal(undefined);
  });

  it('gives a turn that nobody waits for back', async () => {
    const queue = makeUploadQueue({ atWork: 1, waiting: 0 });
    for (let upload = 0; upload < 3; upload += 1) {
      const place = queue.enter()!;
      await place.turn();
      place.leave();
    }
    expect(queue.enter()).not.to.equal(undefined);
  });
});
