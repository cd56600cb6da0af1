import { expect } from 'chai';
import { fuzz, type Answer } from './fuzzer.js';

const CALLS = 1_200;
/** Bounded by the number of calls; the time is what a slow machine may take for them. */
const PATIENCE_MS = 300_000;

/** Ways in which a server could violate its document. The fuzzer must find each within a few calls. */
const LIES: Readonly<Record<string, (answer: Answer) => Answer>> = {
  'takes what the document forbids': (answer) =>
    answer.status === 422 || answer.status === 415 ? { ...answer, status: 204, text: '' } : answer,
  'ignores who calls': (answer) => (answer.status === 401 ? { ...answer, status: 404 } : answer),
  'ignores what a role may do': (answer) => (answer.status === 403 ? { ...answer, status: 409 } : answer),
  'fails inside': (answer) => (answer.status === 404 ? { ...answer, status: 500 } : answer),
  'does not say what is allowed': (answer) =>
    answer.status === 405 ? { ...answer, headers: { ...answer.headers, allow: 'BREW' } } : answer,
  'answers with another shape': (answer) =>
    answer.status === 200 ? { ...answer, text: answer.text.replace('"items"', '"Items"') } : answer,
  'forgets its headers': (answer) => ({
    ...answer,
    headers: { ...answer.headers, 'content-security-policy': '' },
  }),
};

describe('the server under generated calls', function () {
  this.timeout(PATIENCE_MS);
  for (const seed of [20_261_121, Date.now() % 2 ** 31])
    it(`answers as its OpenAPI document declares (seed ${seed})`, async () => {
      const { operations, succeeded } = await fuzz({ calls: CALLS, seed });
      expect(operations.size).to.be.greaterThan(100);
      expect(succeeded.size).to.be.greaterThan(operations.size / 2);
    });

  it('control: is reported when its responses contradict the document', async () => {
    const caught: string[] = [];
    for (const [name, lens] of Object.entries(LIES))
      await fuzz({ calls: 150, seed: 7, lens }).catch((error: unknown) =>
        caught.push(`${name}: ${String(error)}`),
      );
    expect(caught, caught.join('\n')).to.have.length(Object.keys(LIES).length);
  });
});
