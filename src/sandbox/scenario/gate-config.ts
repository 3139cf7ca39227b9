import { stringify } from 'yaml';

export const service = 'payments';
export const place = { application: 'payments', deploymentGroup: 'production' } as const;
export const alarm = 'payments-5xx';

/** The safety-gate.yml of the demo: what a team would write, with a second where production has a minute. */
export function gateConfig(loadBalancer: string): string {
  return stringify({
    services: [
      {
        name: service,
        codedeploy: place,
        database: { dialect: 'postgresql', version: '16' },
        loadBalancer,
        alarms: [alarm],
        canary: { period: '1s', settle: '0s', duration: '12s' },
        checks: {
          BeforeInstall: ['migrations'],
          BeforeAllowTraffic: ['alarms'],
          AfterAllowTraffic: ['canary'],
        },
      },
    ],
  });
}
