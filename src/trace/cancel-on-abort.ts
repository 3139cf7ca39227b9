import type { TraceDatabase } from './database.ts';

const againMs = 250;

/**
 * Cancels the statement that runs when the signal comes, and again until the run has ended: a cancellation that arrives
 * just before a statement begins is lost (PostgreSQL: documentation, 53.2.8 "Canceling Requests in Progress").
 * @returns ends it
 */
export function cancelOnAbort(
  database: Pick<TraceDatabase, 'cancel'>,
  signal: AbortSignal,
  tell: (error: unknown) => void,
): () => void {
  let again: NodeJS.Timeout | undefined;
  const cancel = (): void => void database.cancel().catch(tell);
  const begin = (): void => {
    cancel();
    again = setInterval(cancel, againMs);
  };
  signal.addEventListener('abort', begin, { once: true });
  return () => {
    signal.removeEventListener('abort', begin);
    clearInterval(again);
  };
}
