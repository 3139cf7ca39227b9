import { MemoryStore } from 'express-rate-limit';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/store.ts';
import { anyToken, findToken } from '../tokens/store.ts';
import { type Grant, readTokenText, type Scope, secretMatches } from '../tokens/token.ts';
import { HttpProblem } from './problem.ts';

/** Who stands at the door. */
export interface Principal {
  /** For reasons and the audit trail: the token's name, or `anonymous` while no token exists. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** The services it may touch; null for all. */
  readonly services: readonly string[] | null;
}

export const anonymous: Principal = { actor: 'anonymous', scopes: ['admin'], services: null };

/**
 * Tells who sends an `Authorization` header.
 * @throws HttpProblem 401, or 429 when the address has presented too many refused tokens
 */
export type Authenticate = (authorization: string | undefined, address: string) => Promise<Principal>;

/** How many refused tokens one address may present a minute; good tokens are never counted. */
const refusedTokensPerMinute = 60;

/**
 * Bearer tokens from the store. Until the first token is made everybody is let in: the service then listens on
 * loopback only (serve.ts refuses anything else).
 */
export function createAuthenticate(db: Database, clock: Clock): Authenticate {
  let tokensExist = false; // never goes back: tokens are revoked, not deleted
  const countRefused = refusalCounter();
  return async (authorization, address) => {
    tokensExist ||= await anyToken(db);
    if (!tokensExist) return anonymous;
    try {
      return await identify(db, clock, authorization);
    } catch (cause) {
      // A store that is away refuses nobody: only a token that is no good counts.
      if (cause instanceof HttpProblem && cause.status === 401) await countRefused(address);
      throw cause;
    }
  };
}

async function identify(db: Database, clock: Clock, authorization: string | undefined): Promise<Principal> {
  if (authorization === undefined) throw unauthenticated('token-missing', 'send Authorization: Bearer TOKEN');
  const text = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  const parts = text === undefined ? null : readTokenText(text);
  const found = parts === null ? undefined : await findToken(db, parts.id);
  if (parts === null || found === undefined || !secretMatches(parts.secret, found.secretHash)) {
    throw unauthenticated('token-unknown', 'this token is not known here');
  }
  refuseEnded(found.grant, clock.now());
  const { name, scopes, services } = found.grant;
  return { actor: name, scopes, services: services.length === 0 ? null : services };
}

function refusalCounter(): (address: string) => Promise<void> {
  const refused = new MemoryStore();
  refused.init({ windowMs: 60_000 } as Parameters<MemoryStore['init']>[0]); // the store reads nothing but windowMs
  return async (address) => {
    const { totalHits } = await refused.increment(address);
    if (totalHits <= refusedTokensPerMinute) return;
    const detail = 'too many refused tokens from this address; wait a minute';
    throw new HttpProblem(429, 'too-many-refused-tokens', detail, { headers: { 'Retry-After': '60' } });
  };
}

/**
 * While no token exists, a page in the operator's browser must not reach the gate under a name of its own that it has
 * resolve to 127.0.0.1 (DNS rebinding): only loopback names are answered.
 * @throws HttpProblem 403
 */
export function requireLocalName(principal: Principal, hostname: string): void {
  if (principal !== anonymous || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  const advice = 'use localhost or 127.0.0.1, or make a token (safety-gate token create)';
  throw new HttpProblem(403, 'host-not-local', `Host "${hostname}" is no loopback name: ${advice}`);
}

/** @throws HttpProblem 403 when the principal lacks every one of the scopes */
export function requireScope(principal: Principal, accepted: readonly Scope[]): void {
  if (principal.scopes.includes('admin') || accepted.some((scope) => principal.scopes.includes(scope))) return;
  const has = principal.scopes.join(', ');
  throw new HttpProblem(403, 'scope-missing', `this needs scope ${accepted.join(' or ')}; the token has ${has}`);
}

/** @throws HttpProblem 403 when the principal may not touch the service; a service that is not known is nobody's but all's */
export function requireService(principal: Principal, service: string | null): void {
  if (principal.services === null) return;
  if (service !== null && principal.services.includes(service)) return;
  const named = service === null ? 'a deployment of no configured service' : `service "${service}"`;
  throw new HttpProblem(
    403,
    'service-forbidden',
    `the token is for ${principal.services.join(', ')}, not for ${named}`,
  );
}

function refuseEnded({ expiresAt, revokedAt }: Grant, now: Date): void {
  if (revokedAt !== null) throw unauthenticated('token-revoked', `this token was revoked at ${revokedAt}`);
  if (expiresAt !== null && now >= new Date(expiresAt)) {
    throw unauthenticated('token-expired', `this token expired at ${expiresAt}; make a new one`);
  }
}

function unauthenticated(code: string, detail: string): HttpProblem {
  return new HttpProblem(401, code, detail, { headers: { 'WWW-Authenticate': 'Bearer realm="safety-gate"' } });
}
