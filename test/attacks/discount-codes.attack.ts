import type { Attack } from './attack.js';
import { countOf, inParallel, post } from './client.js';

export const attack: Attack = {
  does: 'Tries discount codes by quotes, from all over an IPv6 /64.',
  server: { env: { TRUST_PROXY: 'on' } },
  async run({ url }, scale, signal) {
    const products = (await (await fetch(`${url}/v1/products?limit=1`)).json()) as {
      items: { id: string }[];
    };
    const lines = [{ productId: products.items[0]?.id, quantity: 1 }];
    const guesses: number[] = [];
    await inParallel(scale === 'whole' ? 2_000 : 100, 20, signal, async (index) => {
      const from = `2001:db8:3:1::${index.toString(16)}`;
      const body = { lines, discountCode: `GUESS${index}` };
      guesses.push((await post(url, '/v1/quotes', { from, body })).status);
    });
    const plain = await post(url, '/v1/quotes', { from: '2001:db8:3:1::1', body: { lines } });
    return {
      answered: countOf(guesses, 409),
      refused: countOf(guesses, 429),
      quoteWithoutCodeStatus: plain.status,
    };
  },
  faults(figures) {
    const { answered = 0 } = figures;
    return [
      ...(answered > 10 ? [`${answered} codes could be tried.`] : []),
      ...(figures['quoteWithoutCodeStatus'] !== 200 ? ['Quotes without a code were refused.'] : []),
    ];
  },
};
