import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Stage } from './act.ts';
import { createCodeDeploy } from './codedeploy.ts';
import { createGateClient } from './gate-client.ts';
import { gateConfig, place, service } from './gate-config.ts';
import { type GateProcess, startGate } from './gate-process.ts';
import { appSpecOf, lambdaFunctions } from './lambda-functions.ts';
import { type Production, startProduction } from './production.ts';
import type { Release } from './releases.ts';
import { createTimeline } from './timeline.ts';

export interface DemoStage extends Stage {
  /** Where everything listens, and how to ask it, for people. */
  readonly addresses: string;
  /** The last lines of the gate's log. */
  gateLog(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the sandbox and the gate, gives the gate's tokens to those who need one, and puts the hooks in their place. */
export async function setStage(clock: Clock, write: (text: string) => void): Promise<DemoStage> {
  const folder = await mkdtemp(join(tmpdir(), 'safety-gate-demo-'));
  const production = await startProduction(clock);
  let gate: GateProcess | undefined;
  const close = async () => {
    await gate?.stop();
    await production.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const configFile = join(folder, 'safety-gate.yml');
    await writeFile(configFile, gateConfig(production.loadBalancer));
    gate = await startGate({ configFile, folder, awsUrl: production.url });
    return { ...(await dress(production, gate, clock, write)), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function dress(
  production: Production,
  gate: GateProcess,
  clock: Clock,
  write: (text: string) => void,
): Promise<Omit<DemoStage, 'close'>> {
  const [pipelineToken, operatorToken] = await Promise.all([
    gate.createToken('pipeline', ['hook', 'lint']),
    gate.createToken('operator', ['read', 'rollback']),
  ]);
  const timeline = createTimeline(clock, write);
  installHooks(production, { SAFETY_GATE_URL: gate.url, SAFETY_GATE_TOKEN: pipelineToken });
  const ci = createGateClient(gate.url, pipelineToken);
  const codedeploy = createCodeDeploy(production.url);
  const release = async ({ tag, title, migrations, behaviour }: Release): Promise<string> => {
    const report = await ci.postMigrations(service, tag, migrations);
    const sql = migrations.flatMap((file) => file.sql.trim().split('\n'));
    timeline.say('ci', `built payments:${tag}, ${title}; its migration report: ${report.verdict}`, sql);
    const id = await codedeploy.deploy(place, appSpecOf(production.registerTaskDefinition(tag, behaviour)));
    timeline.say('ci', `deploys payments:${tag} as ${id}`);
    return id;
  };
  return {
    gate: createGateClient(gate.url, operatorToken),
    codedeploy,
    timeline,
    release,
    gateLog: () => gate.endOfLog(),
    addresses: [
      '',
      'Still running; Ctrl-C ends it.',
      `  gate     ${gate.url}`,
      `  sandbox  ${production.url}  (AWS_ENDPOINT_URL)`,
      `  curl -s -H 'Authorization: Bearer ${operatorToken}' ${gate.url}/v1/deployments`,
      '',
    ].join('\n'),
  };
}

/** What Lambda does for a function: its environment is the process's. */
function installHooks(production: Production, environment: Readonly<Record<string, string>>): void {
  Object.assign(process.env, environment, {
    AWS_ENDPOINT_URL: production.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  });
  for (const { name, handler } of lambdaFunctions()) production.registerFunction(name, handler);
}
