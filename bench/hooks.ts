// How fast hook calls are acknowledged while 100 watches tick, and what the gate weighs at rest.
// node bench/hooks.ts [SECONDS]: starts a scripted AWS and the real gate on the embedded store (DATABASE_URL for PostgreSQL).
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { listMetrics, metricData, trafficScripts } from '../test/support/ecs-scripts.ts';
import { spawnGate, untilOpen } from '../test/support/process.ts';
import { startScriptedAws } from '../test/support/scripted-aws.ts';

const seconds = Number(process.argv[2] ?? 20);
const watches = 100;
const ratePerSecond = 200;

const aws = await startScriptedAws({
  GetDeployment: ({ deploymentId }) => ({
    deploymentInfo: {
      deploymentId,
      applicationName: 'payments',
      deploymentGroupName: 'production',
      status: 'InProgress',
      computePlatform: 'ECS',
      createTime: 1_795_000_000,
      revision: { revisionType: 'S3', s3Location: { bucket: 'b', key: 'k' } },
    },
  }),
  ...trafficScripts({ blue: 50, green: 50 }),
  ListMetrics: listMetrics('blue', 'green'),
  GetMetricData: metricData(() => 1, 10),
  PutLifecycleEventHookExecutionStatus: () => ({}),
});

const directory = mkdtempSync(join(tmpdir(), 'gate-bench-'));
writeFileSync(
  join(directory, 'safety-gate.yml'),
  `services:
  - codedeploy: { application: payments, deploymentGroup: production }
    canary: { period: 10s, settle: 0s, duration: 1h, history: 0 }
    checks: { AfterAllowTraffic: [canary] }
`,
);
const gate = await spawnGate({
  SAFETY_GATE_CONFIG: join(directory, 'safety-gate.yml'),
  SAFETY_GATE_DATA: join(directory, 'data'),
  AWS_ENDPOINT_URL: aws.url,
  LOG_LEVEL: 'warn',
  ...(process.env.DATABASE_URL === undefined ? {} : { DATABASE_URL: process.env.DATABASE_URL }),
});
await untilOpen(gate);
await pause(10_000);
report('resident memory at rest', `${residentMegabytes()} MB`);

for (let n = 0; n < watches; n += 1) {
  await fetch(`${gate.url}/v1/hooks/codedeploy`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      DeploymentId: `d-${n}`,
      LifecycleEventHookExecutionId: `w${n}`,
      LifecycleEvent: 'AfterAllowTraffic',
    }),
  });
}
await pause(12_000);
const metrics = await (await fetch(`${gate.url}/metrics`)).text();
report('watches running', /safety_gate_watches\{status="running"\} (\d+)/.exec(metrics)?.[1] ?? 'unknown');

// A thread of its own: the scripted AWS of this one must not delay the clock that measures.
const worker = new Worker(new URL('./hook-load.ts', import.meta.url), {
  workerData: { url: gate.url, count: seconds * ratePerSecond, ratePerSecond, watches },
});
const [latencies] = (await once(worker, 'message')) as [number[]];
latencies.sort((a, b) => a - b);
const at = (share: number) =>
  Math.round(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0);
report('hook calls acknowledged', `${latencies.length} of ${seconds * ratePerSecond} in ${seconds} s`);
report('acknowledgement p50 / p90 / p99 / max', `${at(0.5)} / ${at(0.9)} / ${at(0.99)} / ${at(1)} ms`);
report('resident memory under load', `${residentMegabytes()} MB`);
await gate.kill('SIGKILL');
await aws.close();

function residentMegabytes(): number {
  const status = readFileSync(`/proc/${gate.child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

function report(what: string, value: string): void {
  process.stdout.write(`${what}: ${value}\n`);
}
