import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { unavailable } from './problem.ts';
import { healthRoute } from './routes/health.ts';

/** The door while the store is being opened: alive, and not ready for anything else. */
export function createStartingApp(logger: Logger): RequestListener {
  const starting = () => {
    throw unavailable('starting', 'the gate is starting: its store is not open yet', 2);
  };
  const app = createApp({
    routes: [healthRoute],
    otherwise: starting,
    authenticate: starting,
    logger,
    limits: { bodyBytes: 1024, jsonDepth: 8 },
    observe: () => {},
  });
  return app;
}
