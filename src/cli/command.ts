import { type ParseArgsConfig, parseArgs } from 'node:util';

/** How a run of the program ends. 0: fine. 1: the answer is no. 2: it could not be done. 130: interrupted. */
export const exitCodes = { fine: 0, no: 1, failed: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Where a command reads from and writes to; results go to `stdout`, everything else to `stderr`. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

export interface Command {
  /** Usage text for `safety-gate help NAME`, ending in a newline. */
  readonly usage: string;
  /**
   * @param args what stands behind the command's name
   * @throws UsageError for flags that do not fit; the entry prints it, says where the usage is, and exits 2
   */
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}

/**
 * Reads flags and positionals, strictly.
 * @throws UsageError that names the flag and those that are accepted
 */
export function parseFlags<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // parseArgs gives every misuse a code of this kind
    if (code?.startsWith('ERR_PARSE_ARGS_') !== true) throw error;
    const accepted = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(
      `${message.split('. ')[0]?.replaceAll('\n', ' ').replace(/\.$/, '')}; accepted: ${accepted.join(', ')}`,
    );
  }
}

/** The command line does not fit: says what was wrong and what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
