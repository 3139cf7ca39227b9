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
   * @throws UsageError for flags that do not fit; the entry prints it with the usage and exits 2
   */
  run(args: readonly string[], io: CommandIo): Promise<ExitCode>;
}

/** The command line does not fit: says what was wrong and what is accepted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
