import type { Express } from 'express';
import type { Logger } from 'pino';
import { createAlarmReader } from './aws/alarms.ts';
import type { AwsClients } from './aws/clients.ts';
import { AwsFailure } from './aws/failure.ts';
import { createWatching } from './canary/begin.ts';
import { createConcludePool } from './canary/conclude-pool.ts';
import { createAskLook } from './canary/metrics/ask-look.ts';
import { createCloudWatchMetrics } from './canary/metrics/cloudwatch.ts';
import { createFindUnknown } from './canary/metrics/listing.ts';
import { createFindTargets } from './canary/metrics/targets.ts';
import { findWatchRow, policyOf } from './canary/store.ts';
import { createWatchJob } from './canary/watch.ts';
import type { Clock } from './clock.ts';
import type { LintDefaults } from './config/lint-defaults.ts';
import type { Config, ServiceConfig, ServiceOf } from './config/schema.ts';
import { createJobs } from './database/jobs.ts';
import type { Database, Store } from './database/store.ts';
import { createChanges } from './deployments/changes.ts';
import { createAlarmsCheck } from './deployments/checks/alarms.ts';
import { createCanaryCheck } from './deployments/checks/canary.ts';
import type { CheckContext, CheckResult } from './deployments/checks/check.ts';
import { createMigrationsCheck } from './deployments/checks/migrations.ts';
import type { ConfiguredCheck } from './deployments/checks/settings.ts';
import { createDispatcher } from './deployments/dispatch.ts';
import { createEvaluateJob, createReportJob } from './deployments/jobs.ts';
import { createWatchSurroundings } from './deployments/watch-surroundings.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate } from './http/auth.ts';
import { createMetrics } from './http/metrics.ts';
import { openApiRoute } from './http/openapi.ts';
import type { Route } from './http/route.ts';
import { deploymentRoute, deploymentsRoute } from './http/routes/deployments.ts';
import { evaluationRoute } from './http/routes/evaluations.ts';
import { type Dependency, healthRoute, readyRoute } from './http/routes/health.ts';
import { hookRoute } from './http/routes/hooks.ts';
import { lintRoute, reportRoute } from './http/routes/migrations.ts';
import { overrideRoute } from './http/routes/overrides.ts';
import { rollbackRoute, rollbackStateRoute } from './http/routes/rollbacks.ts';
import { watchRoute } from './http/routes/watches.ts';
import { createLintPool } from './migrations/lint-in-worker.ts';
import { findReport } from './migrations/store.ts';
import { createCodeDeploy } from './providers/codedeploy/codedeploy.ts';
import type { Provider } from './providers/provider.ts';
import { createRollbackJob } from './rollback/jobs.ts';

export interface GateParts {
  readonly config: Config;
  /** What a lint request means where it says nothing, baseline included. */
  readonly lint: LintDefaults;
  readonly store: Store;
  readonly aws: AwsClients;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Gate {
  readonly app: Express;
  /** Lets running work end, up to the given time, then lets go of everything but the store. */
  stop(timeoutSeconds: number): Promise<void>;
}

/** Puts the gate together: the one place where parts meet. Each list here has a line for each check, job and route. */
export async function createGate(parts: GateParts): Promise<Gate> {
  const { config, store, aws, clock, logger } = parts;
  const { db } = store;
  const provider = createCodeDeploy(aws);
  const jobs = await createJobs(store, logger);
  const lintPool = createLintPool({ maxThreads: 2, timeoutSeconds: config.limits.parseSeconds });
  const concludePool = createConcludePool();
  const changes = createChanges();
  const serviceOf: ServiceOf = ({ application, deploymentGroup }) =>
    config.services.find(
      ({ codedeploy }) => codedeploy.application === application && codedeploy.deploymentGroup === deploymentGroup,
    );
  const serviceNamed = (name: string) => config.services.find((service) => service.name === name);
  const alarmStates = createAlarmReader(aws.cloudwatch);
  const shared = { clock, db, jobs, provider, changes, logger, serviceOf, alarmStates, services: config.services };

  await jobs.start({
    evaluate: createEvaluateJob({
      ...shared,
      watching: createWatching({ clock, jobs }),
      runCheck: createChecks({ ...shared, serviceNamed }),
    }),
    report: createReportJob(shared),
    watch: createWatchJob({
      ...shared,
      look: createAskLook({
        clock,
        metrics: createCloudWatchMetrics({ client: aws.cloudwatch, clock }),
        findUnknown: createFindUnknown(aws.cloudwatch),
      }),
      conclude: concludePool.run,
      findTargets: createFindTargets(aws),
      serviceNamed,
      ...createWatchSurroundings({ clock, db, jobs, serviceNamed }),
    }),
    rollback: createRollbackJob({
      ...shared,
      timeoutSeconds: (service) => serviceNamed(service)?.rollback.timeout ?? 3600,
    }),
  });

  const dispatcher = createDispatcher(shared);
  const metrics = createMetrics(db);
  const lintParts = { lint: lintPool.run, lintDefaults: parts.lint, maxFiles: config.limits.files };
  const routes: Route[] = [
    healthRoute,
    readyRoute({ dependencies: dependencies(store, provider, config), clock, logger }),
    hookRoute({ ...shared, dispatcher, courtesy: store.courtesy }),
    evaluationRoute({ ...shared, maxWaitSeconds: config.limits.waitSeconds }),
    lintRoute({ ...shared, ...lintParts }),
    reportRoute({ ...shared, ...lintParts }),
    rollbackRoute(shared),
    rollbackStateRoute(shared),
    deploymentsRoute(db),
    deploymentRoute(db),
    watchRoute(db),
    overrideRoute(shared),
    metrics.route,
  ];
  const app = createApp({
    routes: [...routes, openApiRoute(routes)],
    authenticate: createAuthenticate(db, clock),
    logger,
    limits: config.limits,
    observe: metrics.observe,
  });
  return {
    app,
    async stop(timeoutSeconds) {
      dispatcher.stop();
      const hurry = setTimeout(aws.close, (timeoutSeconds * 1000) / 3); // what AWS has not answered is left to its job
      await jobs.stop(timeoutSeconds);
      clearTimeout(hurry);
      await Promise.all([lintPool.close(), concludePool.close()]);
      aws.close();
    },
  };
}

function createChecks({
  db,
  provider,
  alarmStates,
  serviceNamed,
}: {
  readonly db: Database;
  readonly provider: Provider;
  readonly alarmStates: ReturnType<typeof createAlarmReader>;
  readonly serviceNamed: (name: string) => ServiceConfig | undefined;
}): (check: ConfiguredCheck, context: CheckContext) => Promise<CheckResult> {
  const migrations = createMigrationsCheck({
    revisionNames: provider.revisionNames,
    findReport: (service, names) => findReport(db, service, names),
  });
  const alarms = createAlarmsCheck({
    alarmsOfService: (service) => serviceNamed(service)?.alarms ?? [],
    alarmsOfGroup: ({ application, deploymentGroup }) => provider.alarmsOfGroup(application, deploymentGroup),
    alarmStates,
  });
  const canary = createCanaryCheck(async (deploymentId) => {
    const watch = await findWatchRow(db, deploymentId);
    if (watch === undefined) return undefined;
    const policy = policyOf(watch) ?? serviceNamed(watch.service)?.canary;
    const { onInconclusive = 'fail', mode = 'enforce' } = policy ?? {};
    return { ...watch, endsAt: watch.ends_at, onInconclusive, mode };
  });
  return (check, context) => {
    switch (check.name) {
      case 'migrations':
        return migrations(check.settings, context);
      case 'alarms':
        return alarms(check.settings, context);
      case 'canary':
        return canary(check.settings, context);
    }
  };
}

/** What readiness asks: the store, and AWS with a call that the gate needs anyway. */
function dependencies(store: Store, provider: Provider, config: Config): readonly Dependency[] {
  const [first] = config.services;
  return [
    { name: 'store', ask: store.ping },
    {
      name: 'aws',
      async ask() {
        if (first === undefined) return;
        try {
          await provider.alarmsOfGroup(first.codedeploy.application, first.codedeploy.deploymentGroup);
        } catch (cause) {
          // An answer that refuses the question (no such group) still shows that AWS is there.
          if (cause instanceof AwsFailure && cause.kind !== 'refused') throw cause;
        }
      },
    },
  ];
}
