import { expect } from 'chai';
import { makeUploadQueue } from '../../src/platform/http/requests/upload-queue.js';

const settle = () => new Promise(setImmediate);

describe('the upload queue', () => {
  it('processes two at a time, in the order in which they were received', async () => {
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

  it('limits waiting uploads, and accepts another one after an upload was aborted', () => {
    const queue = makeUploadQueue({ atWork: 2, waiting: 1 });
    const [first] = [queue.enter(), queue.enter(), queue.enter()];
    expect(queue.enter()).to.equal(undefined);
    first!.leave();
    expect(queue.enter()).not.to.equal(undefined);
    expect(queue.enter()).to.equal(undefined);
  });

  it('frees a place whose upload was aborted', async () => {
    const queue = makeUploadQueue({ atWork: 1, waiting: 0 });
    for (let upload = 0; upload < 3; upload += 1) {
      const place = queue.enter()!;
      await place.turn();
      place.leave();
    }
    expect(queue.enter()).not.to.equal(undefined);
  });
});
