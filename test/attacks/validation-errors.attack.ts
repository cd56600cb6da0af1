import type { Attack } from './attack.js';
import { inParallel } from './client.js';

const FIELDS = 6_000;
const ELEMENTS = 20_000;
const MAX_ANSWER_BYTES = 20_000;

export const attack: Attack = {
  does: 'Sends bodies with thousands of faults: unknown fields, and elements that are no lines of an order.',
  async run({ url }, scale, signal) {
    const fields = JSON.stringify(
      Object.fromEntries(Array.from({ length: FIELDS }, (_, index) => [`x${index}`, 1])),
    );
    const elements = JSON.stringify({ lines: Array.from({ length: ELEMENTS }, () => ({ id: 1 })) });
    let longest = 0;
    let refused = 0;
    await inParallel(scale === 'whole' ? 400 : 20, 10, signal, async (index) => {
      const [path, body] = index % 2 === 0 ? ['registrations', fields] : ['quotes', elements];
      const response = await fetch(`${url}/v1/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      longest = Math.max(longest, (await response.arrayBuffer()).byteLength);
      if (response.status === 400 || response.status === 422) refused += 1;
    });
    return { bodyBytes: elements.length, refused, longestAnswerBytes: longest };
  },
  faults: ({ longestAnswerBytes = 0 }) =>
    longestAnswerBytes > MAX_ANSWER_BYTES ? [`An answer had ${longestAnswerBytes} bytes.`] : [],
};
