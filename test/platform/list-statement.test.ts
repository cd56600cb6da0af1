import { expect } from 'chai';
import { listStatement, type List, type ListRequest } from '../../src/platform/database/list-statement.js';

type Filter = Readonly<{
  ownerId?: string | undefined;
  isOpen?: true | undefined;
  range?: Readonly<{ from: Date; to: Date }> | undefined;
}>;

const LIST: List<Filter> = {
  name: 'test_things',
  filters: {
    ownerId: (id, bind) => `t.owner_id = ${bind(id)}::uuid`,
    isOpen: () => 't.closed_at IS NULL',
    range: ({ from, to }, bind) => `t.at >= ${bind(from)} AND t.at < ${bind(to)}`,
  },
  sortKeys: [
    { sql: 't.at', type: 'timestamptz' },
    { sql: 't.id', type: 'uuid' },
  ],
  text: ({ where, orderBy, limit }) => `SELECT t.id FROM things t ${where} ${orderBy} ${limit}`,
};
const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2026-02-01T00:00:00Z');
const OWNER = '01999999-0003-7000-8000-000000000003';

const build = (request: Partial<ListRequest<Filter>> = {}, list = LIST) =>
  listStatement(list, { filter: {}, page: { limit: 20 }, direction: 'DESC', ...request });

describe('the statement of a list', () => {
  it('has no condition on the first page without filters', () => {
    expect(build()).to.deep.equal({
      statement: {
        name: 'test_things_desc',
        text: 'SELECT t.id FROM things t  ORDER BY t.at DESC, t.id DESC LIMIT $1',
      },
      values: [21],
    });
  });

  it('binds the given filters after the parameters of the list', () => {
    const { statement, values } = build({
      parameters: ['EUR'],
      filter: { ownerId: OWNER, isOpen: true, range: { from: FROM, to: TO } },
    });
    expect(statement.name).to.equal('test_things_desc_ownerId_isOpen_range');
    expect(statement.text).to.include(
      'WHERE t.owner_id = $2::uuid AND t.closed_at IS NULL AND t.at >= $3 AND t.at < $4 ORDER BY',
    );
    expect(values).to.deep.equal(['EUR', OWNER, FROM, TO, 21]);
  });

  it('continues after the page key in the direction of the list', () => {
    const page = { limit: 20, after: [FROM.getTime(), OWNER] };
    expect(build({ page }).statement.text).to.include('WHERE (t.at, t.id) < ($1::timestamptz, $2::uuid)');
    const { statement, values } = build({ page, direction: 'ASC' });
    expect(statement.text).to.include(
      '(t.at, t.id) > ($1::timestamptz, $2::uuid) ORDER BY t.at ASC, t.id ASC',
    );
    expect(values).to.deep.equal([FROM, OWNER, 21]);
  });

  it('combines the conditions of every page with the filters', () => {
    const { statement } = build({ filter: { isOpen: true } }, { ...LIST, always: ['t.deleted_at IS NULL'] });
    expect(statement.text).to.include('WHERE t.deleted_at IS NULL AND t.closed_at IS NULL ORDER BY');
  });

  it('contains the literal limit and binds every other', () => {
    const list = { ...LIST, literalLimit: 20 };
    const literal = build({}, list);
    expect(literal.statement.text).to.match(/LIMIT 21$/);
    expect(literal.values).to.deep.equal([]);
    expect(build({ page: { limit: 5 } }, list).values).to.deep.equal([6]);
  });

  it('is built once for each combination of filters', () => {
    let built = 0;
    const list: List<Filter> = {
      ...LIST,
      text(clauses) {
        built += 1;
        return LIST.text(clauses);
      },
    };
    const first = build({ filter: { ownerId: OWNER } }, list);
    const second = build({ filter: { ownerId: 'another' }, page: { limit: 5 } }, list);
    expect(second.statement).to.equal(first.statement);
    expect(second.values).to.deep.equal(['another', 6]);
    expect(built).to.equal(1);
    build({ filter: { isOpen: true } }, list);
    expect(built).to.equal(2);
  });

  it('has one text for each name, whatever the values are', () => {
    const texts = new Map<string, Set<string>>();
    for (const ownerId of [undefined, OWNER, 'another'])
      for (const isOpen of [undefined, true] as const)
        for (const range of [undefined, { from: FROM, to: TO }, { from: TO, to: TO }])
          for (const after of [undefined, [FROM.getTime(), OWNER], [TO.getTime(), 'another']])
            for (const direction of ['ASC', 'DESC'] as const)
              for (const limit of [20, 5, 6]) {
                const request = { filter: { ownerId, isOpen, range }, page: { limit, after }, direction };
                const { name, text } = build(request, { ...LIST, literalLimit: 20 }).statement;
                texts.set(name, (texts.get(name) ?? new Set<string>()).add(text));
              }
    expect([...texts.values()].filter(({ size }) => size > 1)).to.deep.equal([]);
    expect(new Set([...texts.values()].flatMap((each) => [...each])).size).to.equal(texts.size);
    expect(texts.size).to.equal(2 * 2 * 2 * 2 * 2 * 2);
  });
});
