import type { BankLineFacts } from './bank-line.js';

/** A transaction that a bank line may stand for, with all that speaks for it. */
export type Candidate = Readonly<{
  transactionId: string;
  /** What it moved in the real account, minor units. */
  delta: number;
  /** The day it took effect, `yyyy-mm-dd` in the practice's zone. */
  day: string;
  description: string | null;
  /** Who paid, or was paid back, where somebody is known to have. */
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

/** A reference that is right tells more than a day that is near; the amount has to be right in any case to be matched. */
const POINTS: Readonly<Record<Reason, number>> = { amount: 40, number: 30, name: 20, words: 10, day: 10 };
const TOGETHER_AT_MOST = 5;
/** A search through sets of up to five takes at most this many steps, however many candidates there are. */
const MOST_STEPS = 50_000;
const MOST_IN_SETS = 40;
const MOST_SUGGESTIONS = 10;
const NEAR_DAYS = 5;
const SHORTEST_WORD = 4;
const SHORTEST_NUMBER = 3;

const DAY_MS = 86_400_000;
export const daysBetween = (a: string, b: string): number =>
  Math.abs(Date.parse(`${a}T00:00:00Z`) - Date.parse(`${b}T00:00:00Z`)) / DAY_MS;

/** Letters without accents and case, digits; everything else is space. `Müller` is what some banks write as MULLER. */
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

/** A number that stands by itself or right behind letters: `Order 1042`, `order-1042` and `RE1042` all say 1042. */
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
    // Most of what people write down as a description is a name and what for.
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
      // They only get smaller: what is left cannot be reached any more.
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
 * What a bank line may stand for, the likeliest first, at most ten: single transactions, and sets of up to five whose
 * sum is the line's amount to the cent (a payout of several payments). One that could not be matched, because its amount
 * is another, is only named when a number or a name speaks for it.
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
    // What speaks for every one of them speaks for all.
    const reasons = REASONS.filter(
      (reason) => reason === 'amount' || members.every((member) => member.reasons.includes(reason)),
    );
    return {
      transactionIds: members.map(({ candidate }) => candidate.transactionId),
      reasons,
      // Of two explanations the simpler one.
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
