import { AsyncLocalStorage } from 'node:async_hooks';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work.js';

type Row = Readonly<{ id: string }>;
type Rows = Map<string, Row>;

/** One table as a unit of work sees it. Rows are copied in and out, so no two holders share an object. */
export interface Table<Stored extends Row> {
  get(id: string): Stored | undefined;
  /** In order of id. */
  all(): Stored[];
  put(row: Stored): void;
  delete(id: string): void;
  /** Locks the row to the end of the unit of work. An independent unit of work that touches it would wait for ever. */
  lock(id: string): Stored | undefined;
}

/** The changes and locks of a unit of work, over the committed rows (READ COMMITTED). */
class Draft {
  readonly changes = new Map<string, Map<string, Row | null>>();
  readonly held = new Set<string>();
  constructor(
    private readonly committed: Map<string, Rows>,
    private readonly outer?: Draft,
  ) {}

  table<Stored extends Row>(name: string): Table<Stored> {
    const changed = (): Map<string, Row | null> => {
      const present = this.changes.get(name) ?? new Map<string, Row | null>();
      this.changes.set(name, present);
      return present;
    };
    const hold = (id: string): void => {
      const key = `${name}/${id}`;
      if (this.outer?.held.has(key) === true)
        throw new Error(`would deadlock on ${key}, held by the outer unit of work`);
      this.held.add(key);
    };
    const get = (id: string): Stored | undefined => {
      const draft = this.changes.get(name)?.get(id);
      const row = draft === undefined ? this.committed.get(name)?.get(id) : draft;
      return structuredClone(row ?? undefined) as Stored | undefined;
    };
    return {
      get,
      all: () => {
        const ids = new Set([
          ...(this.committed.get(name)?.keys() ?? []),
          ...(this.changes.get(name)?.keys() ?? []),
        ]);
        return [...ids]
          .sort()
          .map(get)
          .filter((row) => row !== undefined);
      },
      put: (row) => {
        hold(row.id);
        changed().set(row.id, structuredClone(row));
      },
      delete: (id) => {
        hold(id);
        changed().set(id, null);
      },
      lock: (id) => {
        hold(id);
        return get(id);
      },
    };
  }

  commit(): void {
    for (const [name, changes] of this.changes) {
      const rows = this.committed.get(name) ?? new Map<string, Row>();
      this.committed.set(name, rows);
      for (const [id, row] of changes) {
        if (row === null) rows.delete(id);
        else rows.set(id, row);
      }
    }
  }
}

/**
 * The units of work around the current call, by store. All stores use this one, because Node copies every
 * AsyncLocalStorage that was ever used along with each promise: one for each store would slow down a run with thousands
 * of stores.
 */
const current = new AsyncLocalStorage<ReadonlyMap<InMemoryStore, Draft>>();

/**
 * A database in memory for unit tests. Units of work run one after the other, roll back when they throw, and join an
 * outer one; `runInNewTransaction` is independent of the outer one.
 */
export class InMemoryStore {
  readonly #committed = new Map<string, Rows>();
  #last: Promise<unknown> = Promise.resolve();
  #commits = 0;

  /** How often something was committed so far. */
  get commits(): number {
    return this.#commits;
  }

  get #draft(): Draft | undefined {
    return current.getStore()?.get(this);
  }

  /** Whether the call comes from within a unit of work. */
  get inUnitOfWork(): boolean {
    return this.#draft !== undefined;
  }

  /** The same database under other table names, for a context whose table names another context uses too. */
  part(prefix: string): InMemoryStore {
    return new PartOfStore(this, prefix);
  }

  /** The table as the running unit of work sees it; outside one, what is committed (a write there commits at once). */
  table<Stored extends Row>(name: string): Table<Stored> {
    const draft = (): Draft => this.#draft ?? new Draft(this.#committed);
    const write = (work: (table: Table<Stored>) => void): void => {
      const target = draft();
      work(target.table<Stored>(name));
      if (this.#draft !== undefined) return;
      target.commit();
      this.#commits += 1;
    };
    return {
      get: (id) => draft().table<Stored>(name).get(id),
      all: () => draft().table<Stored>(name).all(),
      lock: (id) => draft().table<Stored>(name).lock(id),
      put: (row) => {
        write((table) => {
          table.put(row);
        });
      },
      delete: (id) => {
        write((table) => {
          table.delete(id);
        });
      },
    };
  }

  unitOfWork<Ports>(ports: Ports): UnitOfWork<Ports> {
    const alone = async <Result>(
      outer: Draft | undefined,
      work: (ports: Ports) => Promise<Result>,
    ): Promise<Result> => {
      const draft = new Draft(this.#committed, outer);
      const result = await current.run(new Map(current.getStore()).set(this, draft), () => work(ports));
      draft.commit();
      this.#commits += 1;
      return result;
    };
    const inTurn = <Result>(work: (ports: Ports) => Promise<Result>): Promise<Result> => {
      const turn = this.#last.then(() => alone(undefined, work));
      this.#last = turn.catch(() => undefined);
      return turn;
    };
    return {
      run: (work) => (this.#draft === undefined ? inTurn(work) : work(ports)),
      runInNewTransaction: (work) => {
        const outer = this.#draft;
        return outer === undefined ? inTurn(work) : alone(outer, work);
      },
    };
  }
}

class PartOfStore extends InMemoryStore {
  constructor(
    private readonly whole: InMemoryStore,
    private readonly prefix: string,
  ) {
    super();
  }
  override get inUnitOfWork(): boolean {
    return this.whole.inUnitOfWork;
  }
  override table<Stored extends Row>(name: string): Table<Stored> {
    return this.whole.table(`${this.prefix}.${name}`);
  }
  override unitOfWork<Ports>(ports: Ports): UnitOfWork<Ports> {
    return this.whole.unitOfWork(ports);
  }
}
