import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const scopes = ['hook', 'lint', 'read', 'rollback', 'override', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who may do what. An empty list of services means every service. */
export interface Grant {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly services: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** `sg.<id>.<secret>`: the id finds the row, the secret (256 random bits) proves it. Only its hash is kept. */
export function newTokenText(id: string): { text: string; hash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { text: `sg.${id}.${secret}`, hash: hashSecret(secret) };
}

/** The parts of a presented token; null when it is not one of ours by its form. */
export function readTokenText(text: string): { id: string; secret: string } | null {
  const match = /^sg\.(tok_[0-9a-z]{26})\.([A-Za-z0-9_-]{43})$/.exec(text);
  return match === null ? null : { id: match[1] ?? '', secret: match[2] ?? '' };
}

/** SHA-256 is enough here: the secret is random, so there is no dictionary to try (unlike with passwords). */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in constant time. */
export function secretMatches(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(hash));
}
