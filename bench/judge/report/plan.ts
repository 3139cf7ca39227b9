import type { Order } from '../runner.ts';
import { cellsOf, type SetName } from '../sets.ts';

/** These threshold and rank judges stand beside ours in the pictures; the tables have all. */
export const peersShown = [
  'kayenta-each-minute',
  'flagger-5',
  'flagger-10',
  'argo-0',
  'argo-3',
  'alarm-2x300s',
  'alarm-1x60s',
  'z-test-5%',
  't-test-5%',
  'mann-whitney-5%',
] as const;

/** Those of them that fit into a picture of curves. */
export const peersDrawn = [
  'kayenta-each-minute',
  'flagger-5',
  'argo-3',
  'alarm-2x300s',
  'z-test-5%',
  'mann-whitney-5%',
] as const;

function order(set: SetName, judges: readonly string[], runs: number, wanted = /(?:)/): Order {
  return { set, cells: [...cellsOf(set).keys()].filter((id) => wanted.test(id)), judges, runs };
}

/** The canaries that thresholds are calibrated by. */
export function calibrationOrder(runs: number, wanted = /(?:)/): Order {
  return order('calibration', ['peaks'], runs, wanted);
}

/**
 * What the page is made from. All orders come to their end together, so that a run that is cut short has the same
 * parts of all; `scale` multiplies the runs.
 */
export function reportOrders(peers: readonly string[], scale: number): readonly Order[] {
  const ours = ['ours'];
  const orders = [
    order('fitted', ours, 1000, /\/errors\//),
    order('fitted', ours, 300, /^(?!.*\/errors\/)/),
    order('held-out', ours, 1000, /\/errors\//),
    order('held-out', ours, 300, /^(?!.*\/errors\/)/),
    order('no-history', ours, 1000),
    order('fitted', peers, 100, /\/errors\/[^/]*\/h60$/),
    order('held-out', peers, 100, /\/errors\/[^/]*\/h60$/),
    order('matched', [...ours, ...peers], 300),
    order('delays', [...ours, 'oracle'], 200),
    order('delays', peers, 100),
    order('company', [...ours, 'oracle'], 100),
    order('shapes', [...ours, 'oracle'], 200),
    order('curves', ours, 200),
    order('curves', peers, 100),
    order('curves', ['oracle'], 200, /curve-x/),
    order('incident', ours, 1000),
    order('incident', peers, 200),
    order('promote', ours, 400),
    calibrationOrder(300),
  ];
  return orders.map((one) => ({ ...one, runs: Math.max(5, Math.round(one.runs * scale)) }));
}
