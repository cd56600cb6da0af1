import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { makeProduct, order } from '../storefront/world.js';
import { openBooks } from '../support/cash.js';
import { openClinic } from '../support/clinic.js';
import { makeUser, startTestPraxis, type Answer, type TestPraxis } from '../support/praxis.js';
import { genericCsv } from '../support/statements.js';
import { eur } from './world.js';

type Line = Readonly<{
  id: string;
  bookedOn: string;
  remittance: string | null;
  match: { id: string } | null;
}>;

describe('the bank over HTTP', () => {
  let praxis: TestPraxis;
  let admin: string;
  let staff: string;
  let books: Awaited<ReturnType<typeof openBooks>>;
  before(async () => {
    praxis = await startTestPraxis({ TIME_ZONE: 'Europe/Berlin' });
    admin = (await makeUser(praxis, 'admin')).accessToken;
    staff = (await makeUser(praxis, 'staff')).accessToken;
  });
  after(() => praxis.stop());
  beforeEach(async () => {
    books = await openBooks(praxis);
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    praxis.call('GET', `/v1/cash/${path}`, { token: staff, headers });
  const post = (path: string, body?: unknown, token = admin) =>
    praxis.call('POST', `/v1/cash/${path}`, {
      token,
      headers: { 'idempotency-key': randomUUID() },
      ...(body !== undefined && { body }),
    });
  const importFile = (
    file: string | Uint8Array,
    query = '',
    headers: Record<string, string> = {},
    realAccountId = books.bank.id,
  ) =>
    praxis.call('POST', `/v1/cash/real-accounts/${realAccountId}/imports${query}`, {
      token: staff,
      body: file,
      headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID(), ...headers },
    });
  const linesOf = async (query = '', realAccountId = books.bank.id): Promise<Line[]> =>
    (await get(`bank-lines?realAccountId=${realAccountId}&limit=100${query}`)).body.items as Line[];
  const transact = async (amount: number, changes: object = {}): Promise<string> => {
    const answer = await post('transactions', {
      sourceAccountId: books.income,
      targetAccountId: books.unallocated,
      amount: eur(amount),
      ...changes,
    });
    expect(answer.status, answer.text).to.equal(201);
    return answer.body.id as string;
  };
  const expectProblem = ({ status, body, text }: Answer, expected: number, code: string) => {
    expect([status, body?.code], text).to.deep.equal([expected, code]);
    return body;
  };

  describe('imports', () => {
    const SMALL = genericCsv([
      { date: '2026-11-20', amount: '49.90', description: 'Order 1042', counterparty: 'Mia Member' },
      { date: '2026-11-20', amount: '49.90', description: 'Order 1042', counterparty: 'Mia Member' },
      { date: '2026-11-21', amount: '-12.5', description: 'Fee' },
    ]);

    it('counts new rows in a dry run, adds them once, and keeps two equal rows of one day', async () => {
      const dry = await importFile(SMALL, '?dryRun=true');
      expect(dry.status).to.equal(200);
      expect(dry.body).to.deep.include({
        importId: null,
        dryRun: true,
        new: 3,
        duplicates: 0,
        rejectedRows: 0,
      });
      expect(await linesOf()).to.deep.equal([]);

      const done = await importFile(SMALL);
      expect(done.status).to.equal(201);
      expect(done.body).to.deep.include({ dryRun: false, profile: 'generic', new: 3, duplicates: 0 });
      expect((await importFile(SMALL)).body).to.deep.include({ new: 0, duplicates: 3 });
      const lines = await linesOf();
      expect(lines.map(({ bookedOn }) => bookedOn)).to.deep.equal(['2026-11-21', '2026-11-20', '2026-11-20']);
      const one = await get(`bank-lines/${lines[0]!.id}`);
      expect(one.body).to.deep.include({
        amount: eur(-1_250),
        remittance: 'Fee',
        match: null,
        occurrence: 1,
      });
    });

    it('repeat the answer for the same Idempotency-Key, and reject the key for another file', async () => {
      const key = { 'idempotency-key': randomUUID() };
      const first = await importFile(SMALL, '', key);
      const again = await importFile(SMALL, '', key);
      expect(again.headers.get('idempotent-replayed')).to.equal('true');
      expect(again.body).to.deep.equal(first.body);
      expectProblem(await importFile(`${SMALL}\n`, '', key), 422, 'idempotency-key-reused');
      expectProblem(
        await praxis.call('POST', `/v1/cash/real-accounts/${books.bank.id}/imports`, {
          token: staff,
          body: SMALL,
          headers: { 'content-type': 'text/csv' },
        }),
        400,
        'idempotency-key-required',
      );
    });

    it('read Windows-1252, decimal commas, rows above the header, and debit and credit columns', async () => {
      const german = [
        '"Umsatzanzeige";"Girokonto"',
        '',
        '"Buchungstag";"Valutadatum";"Beg\u00fcnstigter / Auftraggeber";"Verwendungszweck";"Betrag";"W\u00e4hrung"',
        '"20.11.2026";"21.11.2026";"J\u00f6rg M\u00fcller";"Rechnung 1042";"1.234,56";"EUR"',
        '"20.11.2026";"";"Stadtwerke";"Strom";"-89,10";"EUR"',
      ].join('\r\n');
      const windows = await importFile(Buffer.from(german, 'latin1'), '?profile=german-bank');
      expect(windows.body, windows.text).to.deep.include({ new: 2, rejectedRows: 0 });
      const same = await importFile(german, '?profile=german-bank');
      expect(same.body, 'the same in UTF-8').to.deep.include({ new: 0, duplicates: 2 });
      const counterparties = (await get(`bank-lines?realAccountId=${books.bank.id}`)).body.items.map(
        (line: { counterparty: string }) => line.counterparty,
      );
      expect(counterparties).to.include('J\u00f6rg M\u00fcller');

      const columns = await importFile(
        'Date,Description,Debit,Credit\n19/11/2026,Rent,"1,450.00",\n18/11/2026,Payout,0.00,12.30\n17/11/2026,Both,1.00,2.00\n',
        '?profile=two-columns',
      );
      expect(columns.body).to.deep.include({ new: 2 });
      expect(columns.body.rejected).to.deep.equal([
        { line: 4, code: 'debit-or-credit', detail: columns.body.rejected[0].detail },
      ]);
      const american = await importFile(
        'Posting Date,Description,Amount\n11/16/2026,CHECK 101,-20.00\n',
        '?profile=us-bank',
      );
      expect(american.body).to.deep.include({ new: 1 });
    });

    it('list unreadable rows with their lines, add the other rows, and round no amount', async () => {
      const { body } = await importFile(
        genericCsv([
          { date: '2026-11-20', amount: '1.00' },
          { date: '2026-11-20', amount: '1.001' },
          { date: '2026-02-30', amount: '1.00' },
          { date: '2026-11-20', amount: '=1+1' },
          { date: '2026-11-20', amount: '0.00' },
          { date: '2026-11-20', amount: '90071992547409.93' },
          { date: '2026-11-20', amount: '2.00', description: 'x'.repeat(1_001) },
          { date: '2026-11-20', amount: '3.00', reference: 'x,y' },
        ]),
      );
      expect(body).to.deep.include({ new: 1, rejectedRows: 7 });
      expect(
        body.rejected.map(({ line, code }: { line: number; code: string }) => [line, code]),
      ).to.deep.equal([
        [3, 'too-many-decimals'],
        [4, 'date-invalid'],
        [5, 'amount-unreadable'],
        [6, 'amount-zero'],
        [7, 'amount-too-large'],
        [8, 'text-too-long'],
        [9, 'columns-do-not-fit'],
      ]);
      const yen = await post('real-accounts', { name: 'Yen', kind: 'bank', currency: 'JPY' });
      const amounts = genericCsv([
        { date: '2026-11-20', amount: '100' },
        { date: '2026-11-20', amount: '100.5' },
      ]);
      const { body: japanese } = await importFile(amounts, '', {}, yen.body.id as string);
      expect(japanese).to.deep.include({ new: 1 });
      expect(japanese.rejected[0]).to.include({ line: 3, code: 'too-many-decimals' });
      const foreign = 'date,amount,currency\n2026-11-20,1.00,USD\n2026-11-20,1.50,eur\n';
      const { body: mixed } = await importFile(foreign);
      expect(mixed).to.deep.include({ new: 1 });
      expect(mixed.rejected[0]).to.include({ line: 2, code: 'currency-mismatch' });
    });

    const HOSTILE: Readonly<Record<string, readonly [string | Uint8Array, number | undefined]>> = {
      nothing: ['', undefined],
      'blank lines': ['\n\n\n', undefined],
      'a table without the columns': ['a,b\n1,2\n', undefined],
      NUL: ['date,amount\n2026-11-20,1.00\n2026-11-20,\u00002\n', 3],
      'a ZIP archive': [Buffer.from('PK\x03\x04\x14\x00rest', 'latin1'), undefined],
      'a gzip archive': [gzipSync('date,amount\n'), undefined],
      'UTF-16': [Buffer.from('\ufeffdate,amount\n2026-11-20,1.00\n', 'utf16le'), undefined],
      XML: ['<?xml version="1.0"?><Document/>', undefined],
      'an HTML page': ['\n  <!DOCTYPE html><p>Signed out</p>', undefined],
      JSON: ['[{"date":"2026-11-20"}]', undefined],
      'a wrong encoding': [Buffer.from('date,amount,name\n2026-11-20,1.00,M\xfcller\n', 'latin1'), 2],
      'a quote that never ends': ['date,amount,name\n2026-11-20,1.00,a\n2026-11-20,2.00,"b\n', 3],
      'a line of 19 MB': [Buffer.alloc(19_000_000, 'x'), 1],
      'rows of 64 KiB within quotes': [`date,amount\n2026-11-20,"${'1\n'.repeat(40_000)}"\n`, undefined],
      'more than 200,000 rows': [`date,amount\n${'\n'.repeat(200_001)}`, undefined],
    };
    for (const [what, [file, line]] of Object.entries(HOSTILE))
      it(`refuses ${what} and changes nothing`, async () => {
        const problem = expectProblem(await importFile(file), 422, 'invalid-file');
        if (line !== undefined) expect(problem.line).to.equal(line);
        expect(await linesOf()).to.deep.equal([]);
      });

    it('store formulas as text, and export them escaped', async () => {
      const formula = '=HYPERLINK("http://evil.example")';
      const row = `2026-11-20,1.00,"${formula.replaceAll('"', '""')}"\n`;
      expect((await importFile(`date,amount,description\n${row}`)).body).to.deep.include({ new: 1 });
      expect((await linesOf())[0]!.remittance).to.equal(formula);
      const csv = await get(`real-accounts/${books.bank.id}/bank-statement`, { accept: 'text/csv' });
      expect(csv.text).to.include(`"'=HYPERLINK(`);
    });

    it('reject other content types, content encodings and more than 20 MB', async () => {
      expectProblem(
        await importFile('{}', '', { 'content-type': 'application/json' }),
        415,
        'unsupported-media-type',
      );
      const gzip = { 'content-encoding': 'gzip' };
      expectProblem(await importFile(gzipSync(SMALL), '', gzip), 415, 'unsupported-media-type');
      expectProblem(await importFile(SMALL, '?profile=mine'), 400, 'malformed-request');
      expect((await importFile(SMALL, '', {}, randomUUID())).status).to.equal(404);
    });

    it('stop reading a line of 1 GB after 20 MB, without keeping it in memory', async function () {
      this.timeout(300_000);
      const piece = Buffer.alloc(64 * 1024, 'x');
      const before = process.memoryUsage();
      let most = 0;
      /**
       * The status of the response; undefined when the connection was closed before the response was read (RFC 9112
       * §9.6).
       */
      const send = () =>
        new Promise<{ status: number | undefined; sent: number }>((resolve, reject) => {
          let sent = 0;
          const outgoing = request(
            `${praxis.url}/v1/cash/real-accounts/${books.bank.id}/imports`,
            {
              method: 'POST',
              headers: {
                authorization: `Bearer ${staff}`,
                'content-type': 'text/csv',
                'idempotency-key': randomUUID(),
              },
            },
            (answer) => {
              resolve({ status: answer.statusCode, sent });
              outgoing.destroy();
            },
          );
          outgoing.on('error', (error: NodeJS.ErrnoException) => {
            if (['EPIPE', 'ECONNRESET'].includes(error.code ?? '')) resolve({ status: undefined, sent });
            else reject(error);
          });
          const pump = (): void => {
            most = Math.max(most, process.memoryUsage().rss - before.rss);
            while (!outgoing.destroyed && sent < 1_000_000_000) {
              sent += piece.length;
              if (outgoing.write(piece)) continue;
              outgoing.once('drain', pump);
              return;
            }
          };
          pump();
        });
      let answer = await send();
      for (let again = 0; answer.status === undefined && again < 10; again += 1) answer = await send();
      expect(answer.status).to.equal(413);
      expect(answer.sent).to.be.lessThan(60_000_000);
      expect(most, 'bytes of memory').to.be.lessThan(120_000_000);
    });

    it('accept ten files at a time, and answer further ones with 503 until one is done', async () => {
      /** Sends the headers; `finish` sends the file. */
      async function begin() {
        const outgoing = request(`${praxis.url}/v1/cash/real-accounts/${books.bank.id}/imports`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${staff}`,
            'content-type': 'text/csv',
            'content-length': Buffer.byteLength(SMALL),
            'idempotency-key': randomUUID(),
            expect: '100-continue',
          },
        });
        const answered = once(outgoing, 'response').then(([answer]: IncomingMessage[]) => {
          answer!.resume();
          return answer!.statusCode;
        });
        outgoing.flushHeaders();
        await once(outgoing, 'continue');
        return { finish: () => outgoing.end(SMALL), answered };
      }
      const begun = await Promise.all(Array.from({ length: 10 }, begin));
      // Requests that were authorized after theirs: by then each of the ten has its place.
      for (let time = 0; time < 3; time += 1) await get('bank-lines');
      const refusal = await importFile(SMALL);
      expectProblem(refusal, 503, 'unavailable');
      expect(refusal.headers.get('retry-after')).to.equal('10');
      for (const { finish } of begun) finish();
      const statuses = await Promise.all(begun.map(({ answered }) => answered));
      expect(statuses).to.deep.equal(Array<number>(10).fill(201));
      expect((await importFile(SMALL)).status).to.equal(201);
    });

    it('read exported statements of the bank and of the books, which then export the same lines', async () => {
      await importFile(
        genericCsv([
          {
            date: '2026-11-18',
            amount: '-0.05',
            description: '"=1+1, ""quoted"" and\nbroken"',
            reference: '-7',
          },
          { date: '2026-11-19', amount: '1234567.89', counterparty: 'Zo\u00eb', description: "'=x" },
          { date: '2026-11-19', amount: '1234567.89', counterparty: 'Zo\u00eb', description: "'=x" },
        ]),
      );
      const exported = async (id: string) =>
        (await get(`real-accounts/${id}/bank-statement`, { accept: 'text/csv' })).text;
      const first = await exported(books.bank.id);
      expect(first.split('\r\n')).to.have.length(5);
      const { body } = await importFile(first, '?profile=praxis', {}, books.desk.id);
      expect(body).to.deep.include({ new: 3, rejectedRows: 0 });
      const second = await exported(books.desk.id);
      expect(second.split('\r\n').sort()).to.deep.equal(first.split('\r\n').sort());

      await transact(7_50, { description: '+49 30 1234', effectiveAt: '2026-10-24T22:30:00Z' });
      await transact(1_00, { effectiveAt: '2026-10-25T23:30:00Z' });
      const statement = await get(`real-accounts/${books.bank.id}/statement`, { accept: 'text/csv' });
      const other = await post('real-accounts', { name: 'Other', kind: 'bank', currency: 'EUR' });
      const otherId = other.body.id as string;
      const back = await importFile(statement.text, '?profile=praxis', {}, otherId);
      expect(back.body, back.text).to.deep.include({ new: 3, rejectedRows: 0 });
      const lines = await linesOf('', otherId);
      // 00:30 on the day the clocks go back, and 00:30 on the day after: the days of Berlin.
      expect(lines.map(({ bookedOn, remittance }) => [bookedOn, remittance]).slice(-2)).to.deep.equal([
        ['2026-10-26', null],
        ['2026-10-25', '+49 30 1234'],
      ]);
      const third = await exported(otherId);
      const last = await post('real-accounts', { name: 'Last', kind: 'bank', currency: 'EUR' });
      await importFile(third, '?profile=praxis', {}, last.body.id as string);
      expect(await exported(last.body.id as string)).to.equal(third);
    });

    it('keep the day that the bank wrote, and find it by instants in the zone of the practice', async () => {
      const days = ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-24', '2026-10-25', '2026-10-26'];
      await importFile(genericCsv(days.map((date) => ({ date, amount: '1.00' }))));
      const between = async (from: string, to: string): Promise<string[]> =>
        (await linesOf(`&from=${from}&to=${to}`)).map(({ bookedOn }) => bookedOn).sort();
      expect(await between('2026-03-29', '2026-03-30')).to.deep.equal(['2026-03-29']);
      // 29 March has 23 hours in Berlin, 25 October has 25.
      expect(await between('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).to.deep.equal(['2026-03-29']);
      expect(await between('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')).to.deep.equal(['2026-10-25']);
      expect(await between('2026-10-24T22:00:01Z', '2026-10-25T23:00:01Z')).to.deep.equal(['2026-10-26']);
      const paged = await get(`bank-lines?realAccountId=${books.bank.id}&limit=4`);
      const next = await get(
        `bank-lines?realAccountId=${books.bank.id}&limit=4&cursor=${encodeURIComponent(paged.body.nextCursor as string)}`,
      );
      const seen = [...paged.body.items, ...next.body.items].map(({ bookedOn }: Line) => bookedOn);
      expect(seen).to.deep.equal(days.toReversed());
      expectProblem(await get('bank-lines?from=yesterday'), 400, 'malformed-request');
    });
  });

  describe('matches', () => {
    const importOne = async (amount: string, description: string, date = '2026-11-20') => {
      await importFile(genericCsv([{ date, amount, description }]));
      const lines = await linesOf('&matched=false');
      return lines.find(({ remittance }) => remittance === description)!.id;
    };

    it('are suggested by amount, number and name, reject transactions that do not add up, and can be removed', async () => {
      const at = '2026-11-19T12:00:00Z';
      const order = await transact(49_90, { description: 'Order 1042', effectiveAt: at });
      const [part, rest] = [
        await transact(20_00, { description: 'Treatment', effectiveAt: at }),
        await transact(29_90, { description: 'Treatment', effectiveAt: at }),
      ];
      const line = await importOne('49.90', 'RE-1042 thank you');
      const { body } = await get(`bank-lines/${line}/suggestions`);
      expect(body.items[0].transactions.map(({ id }: { id: string }) => id)).to.deep.equal([order]);
      expect(body.items[0].reasons).to.deep.equal(['amount', 'number', 'day']);
      const sets = body.items.map(({ transactions }: { transactions: { id: string }[] }) =>
        transactions.map(({ id }) => id).sort(),
      );
      expect(sets).to.deep.include([part, rest].sort());

      const match = (id: string, ...transactionIds: string[]) =>
        post(`bank-lines/${id}/matches`, { transactionIds }, staff);
      const differ = expectProblem(await match(line, part), 422, 'amounts-differ');
      expect([differ.line, differ.transactions]).to.deep.equal([eur(4_990), eur(2_000)]);
      expectProblem(await match(line, order, order), 422, 'validation');
      expectProblem(await match(line, randomUUID()), 422, 'validation');
      const within = await post('transactions', {
        sourceAccountId: books.unallocated,
        targetAccountId: books.rent,
        amount: eur(49_90),
      });
      expectProblem(await match(line, within.body.id as string), 422, 'validation');

      const matched = await match(line, rest, part);
      expect(matched.status, matched.text).to.equal(201);
      expect((await get(`bank-lines/${line}/suggestions`)).body.items).to.deep.equal([]);
      expect((await linesOf('&matched=true')).map(({ id }) => id)).to.deep.equal([line]);
      expectProblem(await match(line, order), 409, 'already-matched');
      const second = await importOne('20.00', 'Second');
      expect(expectProblem(await match(second, part), 409, 'already-matched').transactionId).to.equal(part);

      const undo = `/v1/cash/bank-lines/${line}/matches/${matched.body.id}`;
      expect((await praxis.call('DELETE', undo, { token: staff })).status).to.equal(204);
      expect((await praxis.call('DELETE', undo, { token: staff })).status).to.equal(404);
      expect((await match(line, order)).status).to.equal(201);
      expect((await match(second, part)).status).to.equal(201);
    });

    it('are suggested by the payer of an order or appointment, although the books store no names', async () => {
      const member = await makeUser(praxis);
      const staffMember = await makeUser(praxis, 'staff');
      const token = staffMember.accessToken;
      const product = await makeProduct(praxis, staffMember, { price: eur(17_31) });
      const desk = { payment: { method: 'desk' } };
      const placed = await order(praxis, member, [{ productId: product.id as string, quantity: 1 }], desk);
      const clinic = await openClinic(praxis);
      const appointmentTypeId = await clinic.addType({ price: eur(85_17) });
      const booked = await clinic.book(member, { appointmentTypeId });
      for (const { headers } of [placed, booked]) {
        const paid = await praxis.call('POST', `${headers.get('location')!}/payments`, {
          token,
          body: { method: 'desk' },
          headers: { 'idempotency-key': randomUUID() },
        });
        expect(paid.status, paid.text).to.equal(201);
      }
      const accounts = (await get('accounts?limit=100&type=asset')).body.items;
      const till = accounts.find(({ code }: { code: string | null }) => code === 'desk-cash')
        .realAccountId as string;
      const date = new Date().toISOString().slice(0, 10);
      await importFile(
        genericCsv([
          {
            date,
            amount: '17.31',
            description: `Bestellung ${placed.body.number}`,
            counterparty: 'MIA MEMBER',
          },
          { date, amount: '85.17', description: 'thank you; Member; Mia' },
        ]),
        '',
        {},
        till,
      );
      const lines = await linesOf('', till);
      const suggested = async (amount: string) => {
        const line = lines.find(({ remittance }) => remittance!.startsWith(amount))!;
        return (await get(`bank-lines/${line.id}/suggestions`)).body.items[0];
      };
      const shop = await suggested('Bestellung');
      expect([shop.amount, shop.reasons]).to.deep.equal([eur(17_31), ['amount', 'number', 'name', 'day']]);
      const visit = await suggested('thank you');
      expect([visit.amount, visit.reasons]).to.deep.equal([eur(85_17), ['amount', 'name', 'day']]);
      expect(JSON.stringify(visit)).not.to.match(/mia/i);
    });

    it('link a transfer between two banks with one line of each bank', async () => {
      const savings = await post('real-accounts', { name: 'Savings', kind: 'bank', currency: 'EUR' });
      const moved = await transact(30_00, {
        sourceAccountId: books.unallocated,
        targetAccountId: savings.body.defaultAccountId,
      });
      const date = new Date().toISOString().slice(0, 10);
      const rows = (amount: string) => genericCsv([{ date, amount, description: 'Transfer' }]);
      await importFile(rows('-30.00'));
      await importFile(rows('30.00'), '', {}, savings.body.id as string);
      for (const realAccountId of [books.bank.id, savings.body.id as string]) {
        const [line] = await linesOf('', realAccountId);
        const { body } = await get(`bank-lines/${line!.id}/suggestions`);
        expect(body.items[0].transactions[0].id).to.equal(moved);
        const answer = await post(`bank-lines/${line!.id}/matches`, { transactionIds: [moved] });
        expect(answer.status, answer.text).to.equal(201);
      }
    });
  });

  describe('reconciliations, closing and reopening', () => {
    const account = () => `real-accounts/${books.bank.id}`;
    const reconcile = (to: string, minor: number, more: object = {}) =>
      post(`${account()}/reconciliations`, { to, closingBalance: eur(minor), ...more });
    const close = (period = '2026-10') => post(`${account()}/periods/${period}/close`);

    it('reject a difference unless it is posted, and list the conditions that a month does not meet', async () => {
      const paid = await transact(50_00, { effectiveAt: '2026-10-20T10:00:00Z' });
      await importFile(genericCsv([{ date: '2026-10-21', amount: '50.00' }]));
      expect(
        expectProblem(await reconcile('2026-10-31', 50_00), 409, 'bank-lines-unmatched').unmatched,
      ).to.equal(1);
      const { reasons } = expectProblem(await close(), 409, 'period-not-ready');
      expect(reasons.map(({ code }: { code: string }) => code)).to.deep.equal([
        'bank-lines-unmatched',
        'not-reconciled',
      ]);
      const [line] = await linesOf();
      const match = await post(`bank-lines/${line!.id}/matches`, { transactionIds: [paid] });
      const problem = expectProblem(await reconcile('2026-10-31', 50_50), 409, 'difference-not-zero');
      expect([problem.difference, problem.inBooks]).to.deep.equal([eur(50), eur(50_00)]);
      expectProblem(await reconcile('2199-10-31', 0), 422, 'validation');
      expectProblem(
        await post(`${account()}/reconciliations`, {
          to: '2026-10-31',
          closingBalance: { amount: 1, currency: 'USD' },
        }),
        422,
        'currency-mismatch',
      );
      const inside = { adjustment: { accountId: books.rent } };
      expectProblem(await reconcile('2026-10-31', 50_50, inside), 422, 'validation');
      const done = await reconcile('2026-10-31', 50_50, {
        adjustment: { accountId: books.income, description: 'Counted again' },
      });
      expect(done.status, done.text).to.equal(201);
      const adjustment = await get(`transactions/${done.body.adjustmentId}`);
      expect(adjustment.body).to.deep.include({
        amount: eur(50),
        description: 'Counted again',
        // The last moment of the day in Berlin, where winter has begun.
        effectiveAt: '2026-10-31T22:59:59.999Z',
      });
      const without = await reconcile('2026-10-31', 50_50);
      expect([without.status, without.body.adjustmentId]).to.deep.equal([201, null]);

      const late = await transact(1_00, { effectiveAt: '2026-10-25T10:00:00Z' });
      const stale = expectProblem(await close(), 409, 'period-not-ready');
      expect(stale.reasons).to.have.length(1);
      await post(`transactions/${late}/reverse`, { date: 'original' });
      expect((await close()).status).to.equal(200);

      const firstOpenDay = '2026-11-01';
      const closed = (answer: Answer) =>
        expect(expectProblem(answer, 409, 'period-closed').firstOpenDay).to.equal(firstOpenDay);
      closed(
        await post('transactions', {
          sourceAccountId: books.income,
          targetAccountId: books.unallocated,
          amount: eur(1),
          effectiveAt: '2026-10-31T22:59:59.999Z',
        }),
      );
      closed(await post(`transactions/${paid}/reverse`, { date: 'original' }));
      closed(
        await praxis.call('DELETE', `/v1/cash/bank-lines/${line!.id}/matches/${match.body.id}`, {
          token: staff,
        }),
      );
      closed(await post(`bank-lines/${line!.id}/matches`, { transactionIds: [late] }));
      // A statement that overlaps the closed month: known lines are duplicates, new ones are rejected.
      const overlap = genericCsv([
        { date: '2026-10-21', amount: '50.00' },
        { date: '2026-10-31', amount: '9.00' },
        { date: '2026-11-01', amount: '9.00' },
      ]);
      const dry = await importFile(overlap, '?dryRun=true');
      const imported = await importFile(overlap);
      for (const { body } of [dry, imported]) {
        expect(body).to.deep.include({ new: 1, duplicates: 1, rejectedRows: 1 });
        expect(body.rejected[0]).to.include({ line: 3, code: 'period-closed' });
      }

      expectProblem(
        await post(`${account()}/periods/2026-09/reopen`, { reason: 'x' }),
        409,
        'period-not-last-closed',
      );
      expectProblem(await post(`${account()}/periods/2026-10/reopen`, { reason: ' ' }), 422, 'validation');
      const reopened = await post(`${account()}/periods/2026-10/reopen`, { reason: 'An invoice was found' });
      expect(reopened.status, reopened.text).to.equal(200);
      expect((await get(account())).body.closedThrough).to.equal(null);
      await transact(1_00, { effectiveAt: '2026-10-30T10:00:00Z' });
      expectProblem(await close(), 409, 'period-not-ready');
      await reconcile('2026-10-31', 51_50);
      expect((await close()).status).to.equal(200);
      const { items } = (await get(`${account()}/periods`)).body;
      expect(items.map(({ period }: { period: string }) => period)).to.deep.equal(['2026-10', '2026-10']);
      expect(items[0].reopened).to.equal(null);
      expect(items[1].reopened).to.deep.include({ reason: 'An invoice was found' });
      expect(items[1].closedBy.name).to.equal('Mia Member');
      const history = (await get(`${account()}/reconciliations?limit=1`)).body;
      expect(history.items).to.have.length(1);
      expect(history.nextCursor).to.be.a('string');
    });

    it('do not close a month with open holds; reopening restores the previous closing', async () => {
      for (const period of ['2026-08', '2026-09']) expect((await close(period)).status).to.equal(200);
      await importFile(genericCsv([{ date: '2026-11-20', amount: '10.00' }]));
      await post('holds', {
        sourceAccountId: books.unallocated,
        targetAccountId: books.expense,
        amount: eur(5),
      });
      // Bank lines of a later month do not affect the closing of this one.
      expect((await close()).status).to.equal(200);
      await post(`${account()}/periods/2026-10/reopen`, { reason: 'Again' });
      expect((await get(account())).body.closedThrough).to.equal('2026-09');
      expectProblem(
        await post('transactions', {
          sourceAccountId: books.income,
          targetAccountId: books.unallocated,
          amount: eur(1),
          effectiveAt: '2026-09-30T21:59:59Z',
        }),
        409,
        'period-closed',
      );
      await transact(1, { effectiveAt: '2026-09-30T22:00:00Z' });
    });
  });

  it('reconciles a cash box without bank lines, and closes its month', async () => {
    const desk = `real-accounts/${books.desk.id}`;
    const counted = await post(`${desk}/reconciliations`, {
      to: '2026-10-31',
      closingBalance: eur(0),
    });
    expect(counted.status).to.equal(201);
    expect((await post(`${desk}/periods/2026-10/close`)).status).to.equal(200);
  });

  describe('reports', () => {
    it('return series for charts by day or month in the zone of the practice', async () => {
      await transact(10_00, { effectiveAt: '2026-10-25T22:59:59Z' });
      await transact(20_00, { effectiveAt: '2026-10-25T23:00:00Z' });
      const range = 'from=2026-10-25&to=2026-10-27';
      const own = `realAccountId=${books.bank.id}`;
      const { body } = await get(`reports/balances?${range}&interval=day&${own}`);
      expect(body.series).to.have.length(1);
      expect(body.series[0].name).to.equal('Bank: unallocated');
      expect(body.series[0].points).to.deep.equal([
        { at: '2026-10-24T22:00:00.000Z', amount: eur(0) },
        { at: '2026-10-25T23:00:00.000Z', amount: eur(10_00) },
        { at: '2026-10-26T23:00:00.000Z', amount: eur(30_00) },
      ]);
      for (const report of ['balances', 'cash-flow', 'income-by-origin', 'unreconciled']) {
        const answer = await get(`reports/${report}`);
        expect(answer.status, answer.text).to.equal(200);
        for (const series of answer.body.series)
          expect(series.points).to.have.length(report === 'balances' || report === 'unreconciled' ? 13 : 12);
      }
      expectProblem(await get('reports/balances?from=2020-01-01&interval=day'), 422, 'report-too-long');
      expectProblem(await get('reports/cash-flow?from=2026-01-01&to=2026-01-01'), 400, 'malformed-request');
    });
  });
});
