import type { TableCreated } from '../changes/writing.ts';
import type { ColumnDefinition } from './column-definition.ts';
import { quoteIdentifier } from './quote.ts';

/** Width and alignment in bytes. PostgreSQL: pg_type.dat, typlen and typalign. */
const fixed: Readonly<Record<string, readonly [width: number, alignment: number]>> = {
  bool: [1, 1],
  int2: [2, 2],
  int4: [4, 4],
  int8: [8, 8],
  float4: [4, 4],
  float8: [8, 8],
  date: [4, 4],
  time: [8, 8],
  timetz: [12, 8],
  timestamp: [8, 8],
  timestamptz: [8, 8],
  interval: [16, 8],
  uuid: [16, 1],
  money: [8, 8],
  oid: [4, 4],
};
/** Of unknown length; short values need no alignment (documentation, 65.6.1 "Table Row Layout"). */
const varying = new Set(['text', 'varchar', 'bpchar', 'numeric', 'bytea', 'json', 'jsonb', 'inet', 'cidr', 'citext']);
const enumLayout = [4, 4] as const;

type Layout = readonly [width: number, alignment: number] | 'varying';

function wasted(layouts: readonly Layout[]): number {
  let at = 0;
  let padding = 0;
  for (const layout of layouts) {
    if (layout === 'varying') {
      at = 0; // where the next column begins differs from row to row: nothing is claimed
      continue;
    }
    const [width, alignment] = layout;
    const gap = (alignment - (at % alignment)) % alignment;
    padding += gap;
    at += gap + width;
  }
  return padding;
}

function alignmentOf(layout: Layout): number {
  return layout === 'varying' ? 0 : layout[1];
}

/** Bytes that alignment costs each row between columns of fixed width, and an order that costs least. */
export function paddingOf(
  columns: readonly ColumnDefinition[],
  isEnum: (name: string, schema: string | undefined) => boolean,
): TableCreated['padding'] {
  const laid = columns.map(({ name, type }) => {
    if (type === undefined) return undefined;
    if (type.dimensions > 0 || varying.has(type.name)) return { name, layout: 'varying' as const };
    const layout: Layout | undefined = fixed[type.name] ?? (isEnum(type.name, type.schema) ? enumLayout : undefined);
    return layout === undefined ? undefined : { name, layout };
  });
  const known = laid.filter((each) => each !== undefined);
  if (known.length < laid.length || known.length === 0) return undefined;
  const best = known.toSorted((one, other) => alignmentOf(other.layout) - alignmentOf(one.layout));
  return {
    bytes: wasted(known.map(({ layout }) => layout)),
    least: wasted(best.map(({ layout }) => layout)),
    order: best.map(({ name }) => quoteIdentifier(name)),
  };
}
