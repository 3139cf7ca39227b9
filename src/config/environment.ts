import { resolve } from 'node:path';
import { z } from 'zod';
import { inputProblems } from '../input/problems.ts';
import { ConfigError } from './load.ts';

const schema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'not a port; write a number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'not a port; write a number from 0 to 65535')
    .prefault('8080'),
  SAFETY_GATE_CONFIG: z.string().min(1).optional(),
  SAFETY_GATE_DATA: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'not a PostgreSQL URL; write postgres://user:password@host:5432/database')
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Environment {
  readonly host: string;
  readonly port: number;
  readonly configPath: string;
  /** The path was given, so a missing file is a mistake and not a default. */
  readonly configGiven: boolean;
  readonly dataDirectory: string;
  readonly databaseUrl: string | undefined;
  readonly logLevel: string;
}

/** The gate's own environment variables, checked. Empty ones count as not set. @throws ConfigError */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>, cwd: string): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (!result.success) {
    // The value of DATABASE_URL holds a password and stays out of messages.
    throw new ConfigError('the environment', inputProblems(result.error, { ...given, DATABASE_URL: '(not shown)' }));
  }
  const values = result.data;
  return {
    host: values.HOST,
    port: values.PORT,
    configPath: resolve(cwd, values.SAFETY_GATE_CONFIG ?? 'safety-gate.yml'),
    configGiven: values.SAFETY_GATE_CONFIG !== undefined,
    dataDirectory: resolve(cwd, values.SAFETY_GATE_DATA),
    databaseUrl: values.DATABASE_URL,
    logLevel: values.LOG_LEVEL,
  };
}
