import type { MysqlEffects } from '../effects.ts';
import type { Alteration } from './ast.ts';
import type { MysqlColumn } from './tables.ts';

/** What one part of an ALTER TABLE costs: the cheapest way in which the server can do it. */
export interface Cost {
  readonly algorithm: NonNullable<MysqlEffects['algorithm']>;
  readonly concurrency: NonNullable<MysqlEffects['concurrency']>;
  /** Whether all rows are written anew. */
  readonly rebuilds: boolean;
  readonly reason: string;
}

export interface CostContext {
  readonly mariadb: boolean;
  /** MySQL 8.0.29 and newer add and drop columns anywhere at once. */
  readonly instantAnywhere: boolean;
  readonly foreignKeyChecks: boolean;
  readonly before: MysqlColumn | undefined;
}

const source = 'MySQL 8.4: "Online DDL Operations", 17.12.1; MariaDB 10.11: measured';
export const costSource: string = source;

const instant = (reason: string): Cost => ({ algorithm: 'INSTANT', concurrency: 'NONE', rebuilds: false, reason });
const inplace = (reason: string, rebuilds = false): Cost => ({
  algorithm: 'INPLACE',
  concurrency: 'NONE',
  rebuilds,
  reason,
});
const shared = (reason: string, rebuilds = false): Cost => ({
  algorithm: 'INPLACE',
  concurrency: 'SHARED',
  rebuilds,
  reason,
});
const copy = (reason: string): Cost => ({ algorithm: 'COPY', concurrency: 'SHARED', rebuilds: true, reason });

function noCopy({ mariadb }: CostContext, reason: string): Cost {
  return { algorithm: mariadb ? 'NOCOPY' : 'INPLACE', concurrency: 'NONE', rebuilds: false, reason };
}

function addColumnCost(part: Alteration, context: CostContext): Cost {
  if (part.auto_increment !== undefined) return shared('an AUTO_INCREMENT column numbers every row', true);
  if (part.generated?.storage_type?.toLowerCase() === 'stored')
    return copy('a stored generated column is written into every row');
  if (part.default_val?.value?.type === 'function') return copy('an expression as default is computed for every row');
  const placed = part.suffix?.keyword !== undefined;
  if (placed && !context.mariadb && !context.instantAnywhere)
    return inplace('a column in the middle rebuilds the table', true);
  return instant('only the definition of the table changes');
}

/** VARCHAR of up to 255 bytes has one length byte, longer ones two; utf8mb4 takes up to four bytes a character. */
function lengthBytes(length: number | undefined): number {
  return (length ?? 0) * 4 > 255 ? 2 : 1;
}

function changeColumnCost(part: Alteration, { before }: CostContext): Cost {
  const to = (part.definition?.dataType ?? '').toUpperCase();
  const length = part.definition?.length;
  if (before === undefined) return copy('the present type is not known, so a copy of the table cannot be ruled out');
  const widens = to === 'VARCHAR' && before.dataType === 'VARCHAR' && (length ?? 0) >= (before.length ?? 0);
  const same = to === before.dataType && length === before.length;
  if (!same && !widens) return copy(`changing ${before.dataType} to ${to} writes every row anew`);
  if (widens && lengthBytes(length) !== lengthBytes(before.length))
    return copy('the VARCHAR needs a second length byte in every row');
  const notNull = part.nullable?.value === 'not null';
  if (notNull !== before.notNull) return inplace('changing NULL to NOT NULL or back rebuilds the table', true);
  return instant('only the definition of the table changes');
}

function addKeyCost(part: Alteration, context: CostContext): Cost {
  const type = part.create_definitions?.constraint_type?.toLowerCase() ?? '';
  if (type.startsWith('foreign')) {
    return context.foreignKeyChecks
      ? copy('with foreign_key_checks on, a new foreign key copies the table')
      : inplace('with foreign_key_checks off, a new foreign key is not looked up');
  }
  if (type === 'check') return copy('a new CHECK copies the table');
  if (type.startsWith('primary')) return inplace('a new primary key rebuilds the table', true);
  return noCopy(context, 'the index is built while rows are read and written');
}

function addCost(part: Alteration, context: CostContext): Cost {
  if (part.resource === 'column') return addColumnCost(part, context);
  if (part.resource === 'constraint') return addKeyCost(part, context);
  if (/fulltext|spatial/i.test(part.keyword ?? ''))
    return shared('a FULLTEXT or SPATIAL index is built while writers wait');
  if (part.resource === 'index') return noCopy(context, 'the index is built while rows are read and written');
  return inplace('partitions change');
}

function dropCost(part: Alteration, context: CostContext): Cost {
  if (part.resource === 'column') {
    return context.mariadb || context.instantAnywhere
      ? instant('only the definition of the table changes')
      : inplace('dropping a column rebuilds the table', true);
  }
  if (part.keyword === 'primary key') return copy('dropping the primary key copies the table');
  return noCopy(context, 'only the definition of the table changes');
}

/** The cheapest way for one part of ALTER TABLE. @see costSource */
export function alterationCost(part: Alteration, context: CostContext): Cost {
  if (part.resource === 'engine') return inplace('ENGINE= rebuilds the table', true);
  switch (part.action) {
    case 'add':
      return addCost(part, context);
    case 'drop':
      return dropCost(part, context);
    case 'modify':
    case 'change':
      return changeColumnCost(part, context);
    default:
      return instant('only the definition of the table changes');
  }
}

const algorithms: readonly Cost['algorithm'][] = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'];
const concurrencies: readonly Cost['concurrency'][] = ['NONE', 'SHARED', 'EXCLUSIVE'];

/** One ALTER TABLE is done in the way that its costliest part needs. */
export function worstCost(costs: readonly Cost[]): Cost {
  return costs.reduce((worst, next) => {
    const algorithm =
      algorithms.indexOf(next.algorithm) > algorithms.indexOf(worst.algorithm) ? next.algorithm : worst.algorithm;
    const harder = concurrencies.indexOf(next.concurrency) > concurrencies.indexOf(worst.concurrency);
    const reason = harder || (next.rebuilds && !worst.rebuilds) ? next.reason : worst.reason;
    const concurrency = harder ? next.concurrency : worst.concurrency;
    return { algorithm, concurrency, rebuilds: worst.rebuilds || next.rebuilds, reason };
  }, instant('only the definition of the table changes'));
}

/** An explicit ALGORITHM=COPY or LOCK=EXCLUSIVE is obeyed; milder wishes only make the statement fail if they cannot be met. */
export function withWishes(cost: Cost, wishes: { algorithm?: string | undefined; lock?: string | undefined }): Cost {
  const asked = wishes.algorithm?.toUpperCase() === 'COPY' ? copy('ALGORITHM=COPY is asked for') : cost;
  const lock = wishes.lock?.toUpperCase();
  if (lock === 'EXCLUSIVE') return { ...asked, concurrency: 'EXCLUSIVE', reason: 'LOCK=EXCLUSIVE is asked for' };
  return lock === 'SHARED' && asked.concurrency === 'NONE'
    ? { ...asked, concurrency: 'SHARED', reason: 'LOCK=SHARED is asked for' }
    : asked;
}
