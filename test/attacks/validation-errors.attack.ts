import type { Attack } from './attack.js';
import { inParallel } from './client.js';

const FIELDS = 6_000;
const MAX_ANSWER_BYTES = 20_000;

export const attack: Attack = {
  does: 'Sends bodies of 72 KB with thousands of faults.',
  async run({ url }, scale, signal) {
    const body = JSON.stringify(
      Object.fromEntries(Array.from({ length: FIELDS }, (_, index) => [`x${index}`, 1])),
    );
    let longest = 0;
    let refused = 0;
    await inParallel(scale === 'whole' ? 400 : 20, 10, signal, async () => {
      const response = await fetch(`${url}/v1/registrations`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      longest = Math.max(longest, (await response.arrayBuffer()).byteLength);
      if (response.status === 422) refused += 1;
    });
    return { bodyBytes: body.length, refused, longestAnswerBytes: longest };
  },
  faults: ({ longestAnswerBytes = 0 }) =>
    longestAnswerBytes > MAX_ANSWER_BYTES ? [`An answer had ${longestAnswerBytes} bytes.`] : [],
};
