import type { AlterTableCmd, AlterTableType } from 'libpg-query';
import { nodeAs } from './node.ts';

/** Subcommands run in passes, whatever their order in the text. PostgreSQL: AlterTablePass and ATPrepCmd, tablecmds.c. */
const passes: Partial<Record<AlterTableType, number>> = {
  AT_DropColumn: 0,
  AT_DropConstraint: 0,
  AT_DropNotNull: 0,
  AT_DropExpression: 0,
  AT_DropIdentity: 0,
  AT_AlterColumnType: 1,
  AT_AddColumn: 2,
  AT_SetExpression: 3,
  AT_SetNotNull: 5,
  AT_SetIdentity: 5,
  AT_AddIdentity: 7,
};

function passOf(command: AlterTableCmd): number {
  if (command.subtype === 'AT_ColumnDefault') return command.def === undefined ? 0 : 7;
  if (command.subtype === 'AT_AddConstraint') {
    const kind = nodeAs(command.def, 'Constraint')?.contype;
    if (kind === 'CONSTR_CHECK' || kind === 'CONSTR_NOTNULL') return 4;
    return kind === 'CONSTR_FOREIGN' ? 7 : 6;
  }
  return passes[command.subtype ?? 'AT_SetRelOptions'] ?? 8;
}

/** The subcommands as they run, each with its place in the text. */
export function inPasses(
  commands: readonly AlterTableCmd[],
): { readonly command: AlterTableCmd; readonly at: number }[] {
  const placed = commands.map((command, at) => ({ command, at }));
  return placed.sort((one, other) => passOf(one.command) - passOf(other.command) || one.at - other.at);
}
