import { visit } from '../node.ts';
import type { Datum, Routine } from './tree.ts';
import { isTagged, sameValue, type Value } from './value.ts';

/** The variables of one run of a routine. Changed in place. */
export interface Frame {
  readonly datums: readonly Datum[];
  /** By the place of the variable in `datums`. */
  values: Value[];
  /** Arguments in their order, for `$1`. */
  readonly args: readonly Value[];
  /** Variables that have a value from the start, such as a trigger's TG_OP. */
  readonly presets: ReadonlyMap<string, Value>;
}

function nameOf(datum: Datum | undefined): string | undefined {
  return (datum?.PLpgSQL_var ?? datum?.PLpgSQL_rec)?.refname;
}

export function createFrame(
  { datums }: Routine,
  args: readonly Value[],
  presets: ReadonlyMap<string, Value> = new Map(),
): Frame {
  return { datums, values: [...args], args, presets };
}

/** Places of the variables of that name; blocks may declare it again. */
function placesOf({ datums }: Frame, name: string): number[] {
  return datums.flatMap((datum, at) => (nameOf(datum) === name ? [at] : []));
}

/** Value of `name`, `record.field` or `block.name`; not known where two variables of that name differ. */
export function lookUp(frame: Frame, path: readonly string[]): Value {
  const [first = '', second] = path;
  const values = placesOf(frame, first).map((at) => frame.values[at]);
  const [value] = values;
  const agree = values.every((each) => each === value || sameValue(each, value) === true);
  if (values.length > 0) {
    if (!agree) return undefined;
    return second === undefined ? value : isTagged(value, 'row') ? value.fields.get(second) : undefined;
  }
  return second === undefined ? undefined : lookUp(frame, path.slice(1));
}

export function assign(frame: Frame, at: number, value: Value): void {
  const field = frame.datums[at]?.PLpgSQL_recfield;
  if (field === undefined) {
    frame.values[at] = value;
    return;
  }
  const record = frame.values[field.recparentno ?? 0];
  const fields = new Map(isTagged(record, 'row') ? record.fields : []);
  fields.set(field.fieldname, value);
  frame.values[field.recparentno ?? 0] = { is: 'row', fields };
}

export function assignByName(frame: Frame, name: string, value: Value): void {
  for (const at of placesOf(frame, name)) frame.values[at] = value;
}

/** Puts a row of a query into what stands behind INTO or FOR; undefined: the row is not known. */
export function assignRow(frame: Frame, target: Datum | undefined, row: ReadonlyMap<string, Value> | undefined): void {
  const record = target?.PLpgSQL_rec;
  if (record !== undefined) {
    assign(frame, record.dno ?? 0, row === undefined ? undefined : { is: 'row', fields: row });
    return;
  }
  const columns = row === undefined ? [] : [...row.values()];
  const fields = target?.PLpgSQL_row?.fields ?? [];
  for (const [at, field] of fields.entries()) assign(frame, field.varno ?? 0, columns[at]);
  const single = target?.PLpgSQL_var;
  if (single !== undefined) assignByName(frame, single.refname, columns[0]);
}

/** Forgets the variables that the statements may assign. The grammar leaves out a number that is 0. */
export function forgetAssigned(frame: Frame, statements: unknown): void {
  const forget = (at: unknown): void => assign(frame, typeof at === 'number' ? at : 0, undefined);
  visit(statements, (tag, content) => {
    if (tag === 'PLpgSQL_stmt_assign' || tag === 'PLpgSQL_stmt_foreach_a') forget(content.varno);
    else if (tag === 'PLpgSQL_rec') forget(content.dno);
    else if (tag === 'PLpgSQL_diag_item') forget(content.target);
    else if (tag === 'PLpgSQL_var') assignByName(frame, String(content.refname), undefined);
    else if (tag === 'PLpgSQL_row') {
      const fields = content.fields as readonly { varno?: number }[] | undefined; // PLpgSQL_row.fields, tree.ts
      for (const { varno } of fields ?? []) forget(varno);
    }
  });
}

/** What is known whichever way was taken. */
export function mergeValues(one: readonly Value[], other: readonly Value[]): Value[] {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, at) =>
    one[at] === other[at] || sameValue(one[at], other[at]) === true ? one[at] : undefined,
  );
}
