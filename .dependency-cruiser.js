// Which part may import which: docs/ARCHITECTURE.md draws the same picture.
const edges = [
  '^src/(database|aws|providers|cli|http|sandbox|trace)/',
  '/(store|jobs|watch|begin)\\.ts$',
  '/metrics/cloudwatch\\.ts$',
];
const pure = [
  '/(decide|plan|verify|judge|advance)\\.ts$',
  '^src/canary/(statistics/|mann-whitney/|thresholds/|import/|period-values|reading|evidence/|judge-|observation|policy|states|timetable|watched-data|to-comparison|conclude)',
  '^src/canary/metrics/(questions|limits)\\.ts$',
  '^src/migrations/(?!store|worker|lint-in-worker|lint\\.ts)',
];

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-core-imports-no-edge',
      comment: 'decisions are functions of recorded facts',
      severity: 'error',
      from: { path: pure },
      // provider.ts and jobs' data are types and errors only
      to: {
        path: [...edges, '^node_modules/(@aws-sdk|pg|kysely|express|pg-boss)'],
        pathNot: '^src/providers/provider\\.ts$',
      },
    },
    {
      name: 'nothing-imports-a-door',
      severity: 'error',
      from: { pathNot: ['^src/(http|cli|sandbox)/', '^src/(main|gate)\\.ts$'] },
      to: { path: '^src/(http|cli)/' },
    },
    {
      name: 'sandbox-is-for-demo-and-tests',
      severity: 'error',
      from: { pathNot: '^src/sandbox/' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'rollback-knows-no-aws',
      severity: 'error',
      from: { path: '^src/rollback/' },
      to: { path: ['^node_modules/@aws-sdk', '^src/providers/codedeploy/'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '^src/main\\.ts$', '^hooks/'] },
      to: {},
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|hooks)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.js'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
