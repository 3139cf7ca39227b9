import type { Reading } from '../reading.ts';
import { loadBalancerMetric } from './load-balancer-metric.ts';
import type { MappedMetric } from './mapped-metric.ts';

/** Why a metric cannot be brought over, and what to do. */
export interface Unexpressed {
  readonly kind: 'unknown';
  readonly text: string;
  readonly wayOut: string;
}

export type Recognized = MappedMetric | Unexpressed;

/** What a metric measures when it speaks of something behind the service: not what its load balancer sees. */
const elsewhere =
  /\b(db|database|sql|mysql|postgres|redis|memcached?|cache|kafka|sqs|queue|consumer|gc|garbage|jvm|heap|threads?|disk|iops|dns|upstream|downstream|dependency|external|restarts?|pods?)\b/;

const latency =
  /latenc|duration|response[ _.-]?time|request[ _.-]?time|transaction[ _.-]?time|totaltime|elapsed|\bapdex\b/;
const failing = /5xx|5\.\.|5\.\*|\^5|5%|\b5\d\d\b|error|fail|exception|fault/;
const success = /success|availab|non[ _.-]?5xx|!~\s*"\^?5|!=\s*"5/;
const clientErrors = /4xx|4\.\.|4\.\*|\b4\d\d\b/;

/**
 * The metric of a load balancer that a metric of another system means, by its name and query. Only what is plain is
 * recognized: a wrong guess would judge something else under the same name.
 * @param name what the policy calls it; @param query its text in the other system's language, if any
 */
export function recognizeMetric(name: string, query: string): Recognized {
  const text = `${name} ${query}`.toLowerCase().replaceAll(/[_/]/g, ' ');
  const foreign = elsewhere.exec(text)?.[0];
  if (foreign !== undefined)
    return unexpressed(`it seems to measure "${foreign}", which the load balancer does not see`);
  if (latency.test(text)) return latencyMetric(text);
  if (clientErrors.test(text) && !/5xx|5\.\.|5\.\*|\^5|\b5\d\d\b/.test(text)) {
    return unexpressed('responses of 4xx are not among the built-in metrics');
  }
  if (success.test(text)) return { kind: 'built-in', entry: 'error-ratio', name: 'error-ratio', as: 'complement' };
  if (failing.test(text)) return { kind: 'built-in', entry: 'error-ratio', name: 'error-ratio', as: 'value' };
  if (/\bcpu\b/.test(text)) return { kind: 'built-in', entry: 'cpu', name: 'cpu', as: 'value' };
  if (/\bmem(ory)?\b/.test(text)) return { kind: 'built-in', entry: 'memory', name: 'memory', as: 'value' };
  if (/request|throughput|\brps\b|\bqps\b|traffic|calls/.test(text)) {
    return unexpressed(
      'how many requests the canary gets is its weight, not its health, and the gate watches it by itself',
      `leave it out, or ${partialWayOut}`,
    );
  }
  return unexpressed('it is none of errors, success rate, latency, CPU and memory, as far as its name and query tell');
}

function latencyMetric(text: string): Recognized {
  if (text.includes('apdex'))
    return unexpressed('Apdex is not published by load balancers; slow requests are judged by latency-p95');
  const as: Reading = /\bms\b|milli|\*\s*1000\b/.test(text) ? 'milliseconds' : 'value';
  const percentile = percentileOf(text);
  if (percentile !== null && [50, 95, 99].includes(percentile)) {
    const entry = `latency-p${percentile}`;
    return { kind: 'built-in', entry, name: entry, as };
  }
  const stat = percentile === null ? 'Average' : `p${percentile}`;
  const own = percentile === null ? 'latency-mean' : `latency-p${String(percentile).replace('.', '-')}`;
  const metric = loadBalancerMetric('TargetResponseTime', stat);
  return { kind: 'own', entry: { name: own, metric }, name: own, as, measures: 'latency', shared: false };
}

/** `p99`, `0.99`, `99th percentile`, `median`; null for a mean, or where nothing is said. */
function percentileOf(text: string): number | null {
  if (/\bmedian\b/.test(text)) return 50;
  const named = /\bp(\d{2})(?:[ .]?(\d))?\b/.exec(text);
  if (named !== null) return Number(named[2] === undefined ? named[1] : `${named[1]}.${named[2]}`);
  const worded = /\b(\d{2}(?:\.\d+)?)(?:th)?[ -]?percentile\b|percentile\([^)]*,\s*(\d{2}(?:\.\d+)?)\s*\)/.exec(text);
  if (worded !== null) return Number(worded[1] ?? worded[2]);
  const quantile = /quantile\(\s*(0?\.\d+)/.exec(text);
  return quantile === null ? null : Math.round(Number(quantile[1]) * 1000) / 10;
}

export function unexpressed(text: string, wayOut = ownMetricWayOut): Unexpressed {
  return { kind: 'unknown', text, wayOut };
}

export const partialWayOut = 'import with --partial to have the rest';

/** How to judge by a metric all the same that cannot be brought over. */
export const ownMetricWayOut =
  'publish it to CloudWatch and write it as a metric of your own with a dimension for $targetGroup (docs/import.md), or import with --partial to have the rest';
