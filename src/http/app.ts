import { randomUUID } from 'node:crypto';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { type Authenticate, type Principal, requireLocalName, requireScope } from './auth.ts';
import { isDeeperThan } from './json-depth.ts';
import { HttpProblem, problemBody, toProblem } from './problem.ts';
import type { Answer, Route } from './route.ts';
import { hasKeepableText } from './text.ts';

export interface AppParts {
  readonly routes: readonly Route[];
  /** What stands at every other path; a 404 unless given. */
  readonly otherwise?: RequestHandler;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  readonly limits: { readonly bodyBytes: number; readonly jsonDepth: number };
  /** Called after each answer, for the metrics. */
  readonly observe: (route: string, status: number, seconds: number) => void;
}

/** The service's door: who are you, may you, what do you send; then the route. Every error leaves as a problem. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(helmet());
  app.use(nameRequest);
  for (const route of parts.routes) app[route.method](route.path, ...handlers(parts, route));
  for (const path of new Set(parts.routes.map((route) => route.path))) {
    const allowed = parts.routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    app.all(path, (request) => {
      throw new HttpProblem(405, 'method-not-allowed', `${request.method} ${path}: allowed is ${allowed.join(', ')}`, {
        headers: { Allow: allowed.join(', ') },
      });
    });
  }
  app.use(parts.otherwise ?? nothingHere);
  app.use(answerProblem(parts.logger));
  return app;
}

const nothingHere: RequestHandler = (request) => {
  const detail = `${request.method} ${request.path}: there is nothing here; GET /v1/openapi.json lists what is`;
  throw new HttpProblem(404, 'no-such-path', detail);
};

/** A valid incoming request id is kept, so that a caller can find its request in our log. */
const nameRequest: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  response.setHeader('X-Request-Id', /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID());
  next();
};

function handlers(parts: AppParts, route: Route): readonly RequestHandler[] {
  const json = express.json({ limit: parts.limits.bodyBytes, type: 'application/json', strict: false });
  const steps: RequestHandler[] = [measure(parts, route), requireKeepablePath];
  if (route.scopes !== null) steps.push(letIn(parts.authenticate, route));
  if (route.method === 'post')
    steps.push(requireJson, json, requireShallow(parts.limits.jsonDepth), requireKeepableBody);
  return [...steps, run(route)];
}

function measure({ observe }: AppParts, route: Route): RequestHandler {
  return (_request, response, next) => {
    const began = performance.now();
    response.once('finish', () => observe(route.path, response.statusCode, (performance.now() - began) / 1000));
    next();
  };
}

function letIn(authenticate: Authenticate, route: Route): RequestHandler {
  return async (request, response, next) => {
    const principal = await authenticate(request.get('authorization'), request.ip ?? '');
    requireLocalName(principal, request.hostname ?? '');
    requireScope(principal, route.scopes ?? []);
    response.locals.principal = principal;
    next();
  };
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') === false) {
    const sent = request.get('content-type') ?? 'nothing';
    throw new HttpProblem(415, 'not-json', `Content-Type is ${sent}; send application/json`);
  }
  next();
};

function requireShallow(limit: number): RequestHandler {
  return (request, _response, next) => {
    if (isDeeperThan(request.body, limit)) {
      throw new HttpProblem(400, 'json-too-deep', `the body nests deeper than ${limit} levels`);
    }
    next();
  };
}

const requireKeepablePath: RequestHandler = ({ params, query }, _response, next) => {
  if (!hasKeepableText([params, query])) throw invalidText('the path or the query');
  next();
};

const requireKeepableBody: RequestHandler = (request, _response, next) => {
  if (!hasKeepableText(request.body)) throw invalidText('the body');
  next();
};

function invalidText(where: string): HttpProblem {
  return new HttpProblem(400, 'invalid-text', `${where} holds U+0000 or half of a surrogate pair; send neither`);
}

function run(route: Route): RequestHandler {
  return async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = await route.handle({
      principal: response.locals.principal as Principal, // set by letIn; open routes do not look at it
      params: request.params as Record<string, string>, // our paths have no repeated parameters
      query: request.query,
      body: request.body,
      headers: singleHeaders(request),
      signal: gone.signal,
    });
    if (!response.closed) send(response, answer);
  };
}

function singleHeaders(request: Request): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(request.headers).map((name) => [name, request.get(name)]));
}

function send(response: Response, { status, headers, body }: Answer): void {
  response.status(status).set(headers ?? {});
  if (typeof body === 'string') response.send(body);
  else response.json(body);
}

function answerProblem(logger: Logger): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (error, request, response, _next) => {
    const problem = toProblem(error);
    const requestId = String(response.getHeader('X-Request-Id') ?? '');
    const facts = { requestId, method: request.method, path: request.path, code: problem.code };
    if (problem.status === 500) logger.error({ ...facts, err: problem.cause ?? problem }, 'a bug answered with 500');
    else if (problem.status > 500) logger.warn(facts, problem.message);
    if (response.headersSent) return void response.destroy();
    response.status(problem.status).set(problem.headers).type('application/problem+json');
    response.send(JSON.stringify(problemBody(problem, requestId)));
  };
}
