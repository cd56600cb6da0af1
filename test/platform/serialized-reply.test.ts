import { expect } from 'chai';
import { serializedReplyOf, withSerializedReply } from '../../src/platform/database/serialized-reply.js';

type View = Readonly<{ id: string; total: number }>;

const JSON_TEXT = '{"id":"1","total":5}';
const restore = (json: string): View => JSON.parse(json) as View;

describe('a read model with a serialized reply', () => {
  it('has the text of the database as its reply and restores no field for it', async () => {
    const view = await Promise.resolve(
      withSerializedReply<View>(JSON_TEXT, () => {
        throw new Error('restored');
      }),
    );
    expect(serializedReplyOf(view)?.json).to.equal(JSON_TEXT);
  });

  it('restores its fields once', () => {
    let restored = 0;
    const view = withSerializedReply<View>(JSON_TEXT, (json) => {
      restored += 1;
      return restore(json);
    });
    expect(view.total).to.equal(5);
    expect({ ...view }).to.deep.equal({ id: '1', total: 5 });
    expect('id' in view).to.equal(true);
    expect(restored).to.equal(1);
  });

  it('reads known fields without the others', () => {
    const view = withSerializedReply<View>(
      JSON_TEXT,
      () => {
        throw new Error('restored');
      },
      { id: 'known' },
    );
    expect(view.id).to.equal('known');
  });

  it('has no serialized reply as a changed copy', () => {
    const copy = { ...withSerializedReply<View>(JSON_TEXT, restore), total: 6 };
    expect(copy).to.deep.equal({ id: '1', total: 6 });
    expect(serializedReplyOf(copy)).to.equal(undefined);
    expect(Object.getOwnPropertySymbols(copy)).to.deep.equal([]);
  });

  it('cannot be made of NULL', () => {
    expect(() => withSerializedReply<View>(null, restore)).to.throw('could not be serialized');
  });
});
