import type { Cell } from './cell.ts';
import type { Effect } from './effects.ts';
import { familyOf } from './families.ts';
import { cellOf, type Load } from './healthy-cells.ts';
import { single } from './metric-sets.ts';

/** A line of cells along which one thing grows: what delay curves are drawn from. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly along: 'share' | 'requestsPerMinute';
  readonly ill: readonly Cell[];
  /** The same cells without the regression, in the same order. */
  readonly healthy: readonly Cell[];
}

const rates = [30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];
const shares = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5];
const curveFamilies = ['poisson', 'overdispersed-own', 'drift-shared'];

function curve(name: string, family: string, along: Curve['along'], loads: readonly Load[], factor: number): Curve {
  const of = familyOf(family);
  const cells = (effect: Effect | null, label: string) =>
    loads.map((at) => cellOf(of, at, single('errors', at.errorPart, of.noise.counting, effect), { label }));
  const fixed =
    along === 'share'
      ? `${loads[0]?.requestsPerMinute.toLocaleString('en')} requests a minute`
      : `a ${100 * (loads[0]?.share ?? 0)} % canary`;
  return {
    name: `${name}-${family}`,
    title: `Errors × ${factor} of 0.5 %, ${fixed}, ${family}`,
    along,
    ill: cells({ factor, shape: 'abrupt' }, `curve-x${factor}`),
    healthy: cells(null, 'curve-healthy'),
  };
}

/** Delay along the rate at a tenth of the traffic, and along the share at the case study's rate and at a large one. */
export const curves: readonly Curve[] = curveFamilies.flatMap((family) => {
  const alongRate = rates.map((requestsPerMinute) => ({ requestsPerMinute, share: 0.1, errorPart: 0.005 }));
  const alongShare = (requestsPerMinute: number) =>
    shares.map((share) => ({ requestsPerMinute, share, errorPart: 0.005 }));
  return [
    curve('rate-x2', family, 'requestsPerMinute', alongRate, 2),
    curve('share-x5', family, 'share', alongShare(700), 5),
    curve('share-x1.5', family, 'share', alongShare(20_000), 1.5),
  ];
});

export function curveCells(): readonly Cell[] {
  const cells = curves.flatMap(({ ill, healthy }) => [...ill, ...healthy]);
  return [...new Map(cells.map((cell) => [cell.id, cell])).values()];
}
