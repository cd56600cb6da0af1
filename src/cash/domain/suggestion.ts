import type { BankLineFacts } from './bank-line.js';

/** A transaction that may belong to a bank line, with the data for its score. */
export type Candidate = Readonly<{
  transactionId: string;
  /** Its effect on the real account, in minor units. */
  delta: number;
  /** The day it took effect, `yyyy-mm-dd` in the practice's zone. */
  day: string;
  description: string | null;
  /** The name of the user who paid or was refunded, if known. */
  payerName: string | null;
}>;

/** Why a suggestion is made. */
export const REASONS = ['amount', 'number', 'name', 'words', 'day'] as const;
export type Reason = (typeof REASONS)[number];

export type Suggestion = Readonly<{
  transactionIds: readonly string[];
  /** 0 to 100; higher comes first. */
  score: number;
  reasons: readonly Reason[];
}>;

/** A matching reference counts more than a near day. The amount must be equal before a match can be made. */
const POINTS: Readonly<Record<Reason, number>> = { amount: 40, number: 30, name: 20, words: 10, day: 10 };
const TOGETHER_AT_MOST = 5;
/** The most steps of a search for sets of up to five, for any number of candidates. */
const MOST_STEPS = 50_000;
const MOST_IN_SETS = 40;
const MOST_SUGGESTIONS = 10;
const NEAR_DAYS = 5;
const SHORTEST_WORD = 4;
const SHORTEST_NUMBER = 3;

const DAY_MS = 86_400_000;
export const daysBetween = (a: string, b: string): number =>
  Math.abs(Date.parse(`${a}T00:00:00Z`) - Date.parse(`${b}T00:00:00Z`)) / DAY_MS;

/** Letters without accents and case, and digits; other characters become spaces. Some banks write Müller as MULLER. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('\u00df', 'ss')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const wordsOf = (text: string | null): readonly string[] =>
  text === null
    ? []
    : plain(text)
        .split(' ')
        .filter((word) => word !== '');

/** A number of its own or directly behind letters: 1042 in `Order 1042`, `order-1042` and `RE1042`. */
const numbersOf = (text: string | null): readonly string[] =>
  wordsOf(text).flatMap((word) => {
    const [, digits = ''] = /^\p{L}*0*(\d+)$/u.exec(word) ?? [];
    return digits.length >= SHORTEST_NUMBER ? [digits] : [];
  });

type ParsedLine = Readonly<{ words: ReadonlySet<string>; numbers: ReadonlySet<string>; line: BankLineFacts }>;

function reasonsFor(
  { words, numbers, line }: ParsedLine,
  { day, description, payerName }: Candidate,
): Reason[] {
  const name = wordsOf(payerName);
  const described = wordsOf(description).filter((word) => word.length >= SHORTEST_WORD && !/\d/.test(word));
  return [
    ...(numbersOf(description).some((number) => numbers.has(number)) ? (['number'] as const) : []),
    ...(name.length > 1 && name.every((word) => words.has(word)) ? (['name'] as const) : []),
    // A description usually contains a name and a purpose.
    ...(described.filter((word) => words.has(word)).length >= Math.min(2, Math.max(1, described.length))
      ? (['words'] as const)
      : []),
    ...(daysBetween(day, line.bookedOn) <= NEAR_DAYS ? (['day'] as const) : []),
  ];
}

const scoreOf = (reasons: readonly Reason[], distance: number): number =>
  Math.min(
    100,
    Math.max(
      0,
      reasons.reduce((sum, reason) => sum + POINTS[reason], 0) - Math.min(9, Math.floor(distance / 10)),
    ),
  );

/** Sets of 2 to 5 of `amounts` (positive, largest first) that sum to `wanted`, as positions; first found, first given. */
function setsThatSum(
  amounts: readonly number[],
  wanted: number,
  most: number,
): readonly (readonly number[])[] {
  const sets: number[][] = [];
  let steps = 0;
  const search = (from: number, rest: number, chosen: readonly number[]): void => {
    for (let next = from; next < amounts.length; next += 1) {
      if ((steps += 1) > MOST_STEPS || sets.length >= most) return;
      const amount = amounts[next] ?? 0;
      if (amount > rest) continue;
      // The remaining amounts are smaller, so the rest of the sum is out of reach.
      if (amount * (TOGETHER_AT_MOST - chosen.length) < rest) return;
      const here = [...chosen, next];
      if (amount === rest) {
        if (here.length > 1) sets.push(here);
      } else if (here.length < TOGETHER_AT_MOST) search(next + 1, rest - amount, here);
    }
  };
  search(0, wanted, []);
  return sets;
}

/**
 * Suggests transactions for a bank line, the most likely first, at most ten: single ones, and sets of up to five whose sum
 * is exactly the amount of the line (a payout of several payments). A transaction with another amount, which cannot be matched, is
 * suggested only for a matching number or name.
 */
export function suggest(line: BankLineFacts, candidates: readonly Candidate[]): readonly Suggestion[] {
  const text = [line.remittance, line.counterparty, line.reference].filter((part) => part !== null).join(' ');
  const said: ParsedLine = { words: new Set(wordsOf(text)), numbers: new Set(numbersOf(text)), line };
  const judged = candidates
    .filter(({ delta }) => delta !== 0 && delta > 0 === line.amount > 0)
    .map((candidate) => ({
      candidate,
      reasons: reasonsFor(said, candidate),
      distance: daysBetween(candidate.day, line.bookedOn),
    }));

  const singles = judged
    .map(({ candidate, reasons, distance }) => {
      const all: Reason[] = [...(candidate.delta === line.amount ? (['amount'] as const) : []), ...reasons];
      return {
        transactionIds: [candidate.transactionId],
        reasons: all,
        score: scoreOf(all, distance),
        distance,
      };
    })
    .filter(({ reasons }) =>
      ['amount', 'number', 'name'].some((reason) => reasons.includes(reason as Reason)),
    );

  const parts = judged
    .filter(({ candidate }) => Math.abs(candidate.delta) < Math.abs(line.amount))
    .toSorted((a, b) => b.reasons.length - a.reasons.length || a.distance - b.distance)
    .slice(0, MOST_IN_SETS)
    .toSorted(
      (a, b) =>
        Math.abs(b.candidate.delta) - Math.abs(a.candidate.delta) ||
        (a.candidate.transactionId < b.candidate.transactionId ? -1 : 1),
    );
  const sets = setsThatSum(
    parts.map(({ candidate }) => Math.abs(candidate.delta)),
    Math.abs(line.amount),
    MOST_SUGGESTIONS,
  ).map((positions) => {
    const members = positions.flatMap((position) => parts[position] ?? []);
    const distance = Math.max(...members.map((member) => member.distance));
    // A set has the reasons that all of its transactions share.
    const reasons = REASONS.filter(
      (reason) => reason === 'amount' || members.every((member) => member.reasons.includes(reason)),
    );
    return {
      transactionIds: members.map(({ candidate }) => candidate.transactionId),
      reasons,
      // Prefer the smaller set.
      score: Math.max(0, scoreOf(reasons, distance) - members.length),
      distance,
    };
  });

  return [...singles, ...sets]
    .toSorted(
      (a, b) =>
        b.score - a.score ||
        a.distance - b.distance ||
        (a.transactionIds.join() < b.transactionIds.join() ? -1 : 1),
    )
    .slice(0, MOST_SUGGESTIONS)
    .map(({ transactionIds, score, reasons }) => ({ transactionIds, score, reasons }));
}
