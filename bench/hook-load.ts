// The load of bench/hooks.ts: answers with the latency of each call that was acknowledged, in milliseconds.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const {
  url,
  count: calls,
  ratePerSecond,
  watches,
} = workerData as {
  url: string;
  count: number;
  ratePerSecond: number;
  watches: number;
};

parentPort?.postMessage(await load(calls));

/**
 * Sends hook calls at an even rate, whether or not earlier ones were answered, and measures each from the moment at which
 * it was due: a slow answer delays nobody's clock but its own.
 */
async function load(count: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const began = performance.now();
  const answers: Promise<number | undefined>[] = [];
  for (let call = 0; call < count; call += 1) {
    const due = began + (call * 1000) / ratePerSecond;
    const early = due - performance.now();
    if (early > 1) await pause(early);
    answers.push(callHook(agent, call, due));
  }
  const measured = await Promise.all(answers);
  agent.destroy();
  return measured.filter((latency) => latency !== undefined);
}

function callHook(agent: Agent, call: number, due: number): Promise<number | undefined> {
  const body = JSON.stringify({
    DeploymentId: `d-${call % watches}`,
    LifecycleEventHookExecutionId: `load ${call}`,
    LifecycleEvent: 'AfterInstall',
  });
  return new Promise((resolve) => {
    const sent = request(
      `${url}/v1/hooks/codedeploy`,
      { agent, method: 'POST', headers: { 'Content-Type': 'application/json' } },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode === 202 ? performance.now() - due : undefined));
      },
    );
    sent.once('error', () => resolve(undefined));
    sent.end(body);
  });
}
