import { EventEmitter } from 'node:events';

/** Tells waiting requests of this process that an evaluation was decided. */
export interface Changes {
  announce(evaluationId: string): void;
  /** Resolves at the next announcement for this id, or after the time is over, whichever comes first. */
  next(evaluationId: string, timeoutMilliseconds: number): Promise<void>;
}

export function createChanges(): Changes {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    announce: (id) => void emitter.emit(id),
    next: (id, timeoutMilliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          emitter.off(id, done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMilliseconds);
        emitter.once(id, done);
      }),
  };
}
