import { expect } from 'chai';
import { daysBetween, suggest, type Candidate } from '../../src/cash/domain/suggestion.js';

describe('the suggestions for a bank line', () => {
  const line = (text: string | null, amount = 4_990) => ({
    ...{ bookedOn: '2026-11-20', valueDate: null, amount },
    ...{ remittance: text, counterparty: null, reference: null },
  });
  const candidate = (transactionId: string, delta: number, changes: Partial<Candidate> = {}): Candidate => ({
    ...{ transactionId, delta, day: '2026-11-18', description: null, payerName: null },
    ...changes,
  });
  const first = (text: string, ...candidates: Candidate[]) => suggest(line(text), candidates)[0];
  /** The reasons for one transaction of the same amount, without the reason `amount`. */
  const reasons = (text: string | null, changes: Partial<Candidate>): readonly string[] => {
    const far = { day: '2026-11-01', ...changes };
    return suggest(line(text), [candidate('a', 4_990, far)])[0]!.reasons.slice(1);
  };
  const ids = (amount: number, ...candidates: Candidate[]) =>
    suggest(line(null, amount), candidates).map(({ transactionIds }) => transactionIds.join('+'));

  it('prefer the order whose number is in the text to another of the same amount and day', () => {
    const found = first(
      'INV RE-1042/ thanks',
      candidate('b', 4_990),
      candidate('a', 4_990, { description: 'Order 1042', day: '2026-10-20' }),
    );
    expect(found).to.deep.include({ transactionIds: ['a'], reasons: ['amount', 'number'] });
  });

  it('recognise numbers of at least three digits, alone or right after letters', () => {
    const description = 'Order 1042';
    for (const text of ['1042', 'order-1042', 'RE1042', 'RE001042', 'x 1042.'])
      expect(reasons(text, { description }), text).to.include('number');
    for (const text of ['11042', '1042x', '10 42', 'RE1042x', '9x1042', '104'])
      expect(reasons(text, { description }), text).not.to.include('number');
    expect(reasons('123', { description: 'Order 123' })).to.deep.equal(['number']);
    expect(reasons('0012', { description: 'Order 12' })).to.deep.equal([]);
  });

  it('recognise the whole name of the payer in any spelling of the bank', () => {
    const payer = { payerName: 'J\u00f6rg M\u00fc\u00dfler-Lind' };
    expect(reasons('MUSSLER LIND JORG', payer)).to.deep.equal(['name']);
    expect(reasons('JORG MUSSLER', payer)).to.deep.equal([]);
    expect(reasons('Cher', { payerName: 'Cher' }), 'one word is no name').to.deep.equal([]);
  });

  it('recognise a description by two long words, or by its only word', () => {
    const described = (text: string, description: string) => reasons(text, { description });
    expect(described('payment by Paula Patient', 'Paula Patient, root canal')).to.deep.equal(['words']);
    expect(described('canal', 'Paula Patient, root canal')).to.deep.equal([]);
    expect(described('november rent', 'Rent')).to.deep.equal(['words']);
    expect(described('gum', 'Gum')).to.deep.equal([]);
    expect(described('room12', 'Room12')).to.deep.equal([]);
    expect(described('', '')).to.deep.equal([]);
    expect(reasons(null, {})).to.deep.equal([]);
  });

  it('search every text of the line', () => {
    const said = { ...line('Order'), counterparty: 'Paula', reference: '1042' };
    const [found] = suggest(said, [
      candidate('a', 4_990, { description: 'Order 1042', payerName: 'Paula Order' }),
    ]);
    expect(found?.reasons).to.deep.equal(['amount', 'number', 'name', 'words', 'day']);
  });

  it('count a day as close within five days before or after', () => {
    for (const day of ['2026-11-15', '2026-11-20', '2026-11-25'])
      expect(reasons('', { day }), day).to.deep.equal(['day']);
    for (const day of ['2026-11-14', '2026-11-26']) expect(reasons('', { day }), day).to.deep.equal([]);
    expect([daysBetween('2026-03-01', '2026-02-28'), daysBetween('2026-10-24', '2026-10-26')]).to.deep.equal([
      1, 2,
    ]);
  });

  it('score the reasons, less one point for every ten days, from 0 to 100', () => {
    const score = (changes: Partial<Candidate>, text = 'Paula Patient 1042', delta = 4_990) =>
      suggest(line(text), [candidate('a', delta, changes)])[0]?.score;
    expect(score({})).to.equal(50);
    expect(score({ day: '2026-11-11' })).to.equal(40);
    expect(score({ day: '2026-11-10' })).to.equal(39);
    expect(score({ day: '2026-08-12' })).to.equal(31);
    expect(score({ day: '2026-07-12' }), 'never more than nine').to.equal(31);
    expect(score({ description: 'Order 1042' })).to.equal(80);
    expect(score({ payerName: 'Paula Patient' })).to.equal(70);
    expect(score({ description: 'Paula Patient 1042', payerName: 'Paula Patient' })).to.equal(100);
    expect(score({ payerName: 'Paula Patient' }, undefined, 100)).to.equal(30);
  });

  it('have another amount only with a matching number or name', () => {
    const other = (changes: Partial<Candidate>) =>
      suggest(line('Paula Patient 1042'), [candidate('a', 100, changes)]).length;
    expect(other({ description: 'Order 1042' })).to.equal(1);
    expect(other({ payerName: 'Paula Patient' })).to.equal(1);
    expect(other({ description: 'Paula Patient' }), 'words and a day are not enough').to.equal(0);
  });

  it('never have the opposite direction or an amount of zero', () => {
    const named = { payerName: 'Paula Patient' };
    for (const [amount, delta] of [
      [4_990, -4_990],
      [-4_990, 4_990],
      [4_990, 0],
      [-4_990, 0],
    ] as const)
      expect(suggest(line('Paula Patient', amount), [candidate('a', delta, named)])).to.deep.equal([]);
    expect(ids(-4_990, candidate('a', -4_990))).to.deep.equal(['a']);
  });

  it('combine transactions of one direction that add up to the line', () => {
    const parts = [1_000, 2_000, 1_990].map((delta, n) => candidate(`p${n}`, delta));
    const [only] = suggest(line('Payout'), [...parts, candidate('x', 4_991), candidate('y', -4_990)]);
    expect(only?.transactionIds.toSorted()).to.deep.equal(['p0', 'p1', 'p2']);
    expect(suggest(line('Payout', 4_991), parts)).to.deep.equal([]);
    expect(ids(-3_000, candidate('a', -1_000), candidate('b', -2_000))).to.deep.equal(['b+a']);
  });

  it('combine at most five transactions', () => {
    const parts = (count: number) => Array.from({ length: count }, (_, n) => candidate(`p${n}`, 10 ** n));
    expect(ids(11_111, ...parts(5))).to.deep.equal(['p4+p3+p2+p1+p0']);
    expect(ids(111_111, ...parts(6))).to.deep.equal([]);
  });

  it('give a set the reasons that all its transactions have', () => {
    const found = suggest(line('For 1042 and 1043', 300), [
      candidate('whole', 300, { day: '2026-10-01' }),
      candidate('a', 100, { description: 'Order 1042' }),
      candidate('b', 200, { description: 'Order 1043', day: '2026-11-09' }),
    ]);
    expect(found).to.deep.equal([
      { transactionIds: ['b', 'a'], score: 67, reasons: ['amount', 'number'] },
      { transactionIds: ['a'], score: 40, reasons: ['number', 'day'] },
      { transactionIds: ['whole'], score: 35, reasons: ['amount'] },
      { transactionIds: ['b'], score: 29, reasons: ['number'] },
    ]);
  });

  it('are sorted by score, then distance in days, then id, and limited to ten', () => {
    expect(
      ids(
        10,
        candidate('c', 10),
        candidate('b', 10),
        candidate('d', 10, { day: '2026-11-19' }),
        candidate('a', 10, { day: '2026-11-12' }),
      ),
    ).to.deep.equal(['d', 'b', 'c', 'a']);
    expect(ids(10, ...Array.from({ length: 12 }, (_, n) => candidate(`m${n}`, 10)))).to.have.length(10);
  });

  it('are sorted by id if everything else is equal', () => {
    const all = (...names: string[]) => names.map((name) => candidate(name, 500));
    expect(ids(500, ...all('c', 'a', 'd', 'b'))).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(ids(1_000, ...all('z', 'x', 'y'))).to.deep.equal(['x+y', 'x+z', 'y+z']);
  });

  it('stop the search for sets after a number of steps', () => {
    const even = Array.from({ length: 39 }, (_, n) => candidate(`e${n}`, 1_000 - 2 * n));
    const last = candidate('odd', 901);
    const four = [930, 928, 926, 924];
    const wanted = 901 + four.reduce((sum, amount) => sum + amount, 0);
    expect(ids(wanted, ...even, last)).to.deep.equal([]);
    expect(ids(wanted, ...even.slice(30), last)).to.deep.equal(['e35+e36+e37+e38+odd']);
  });

  it('search sets among the forty transactions with the highest scores', () => {
    const noise = Array.from({ length: 40 }, (_, n) => candidate(`n${n}`, 3, { day: '2026-11-20' }));
    const pair = (changes: Partial<Candidate>) => [
      candidate('x', 1_001, changes),
      candidate('y', 1_000, changes),
    ];
    expect(ids(2_001, ...noise, ...pair({ day: '2026-11-19' }))).to.deep.equal([]);
    expect(ids(2_001, ...noise.slice(2), ...pair({ day: '2026-11-19' }))).to.deep.equal(['x+y']);
    expect(ids(2_001, ...pair({ day: '2026-11-19' }), ...noise), 'nearness counts').to.deep.equal([]);
    const named = { payerName: 'Paula Patient', day: '2026-11-19' };
    const [found] = suggest(line('Paula Patient', 2_001), [...noise, ...pair(named)]);
    expect(found?.transactionIds).to.deep.equal(['x', 'y']);
  });

  it('limit the search for sets among many transactions', () => {
    const many = Array.from({ length: 300 }, (_, n) => candidate(`m${n}`, 1_000 - n));
    expect(ids(1_000_000, ...many)).to.deep.equal([]);
    expect(ids(3, ...many)).to.deep.equal([]);
    expect(ids(4_900, ...many)).to.have.length(10);
  });
});
