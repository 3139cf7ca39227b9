import { z } from 'zod';

const numberLike = z.coerce.number();

const metric = z.looseObject({
  name: z.string().min(1),
  interval: z.string().optional(),
  threshold: numberLike.optional(),
  thresholdRange: z.looseObject({ min: numberLike.optional(), max: numberLike.optional() }).optional(),
  query: z.string().optional(),
  templateRef: z.looseObject({ name: z.string(), namespace: z.string().optional() }).optional(),
});

const webhook = z.looseObject({
  name: z.string().default('webhook'),
  type: z.string().default('rollout'),
  metadata: z.record(z.string(), z.unknown()).default({}),
});

const analysis = z.looseObject({
  interval: z.string().default('60s'),
  threshold: numberLike.default(1),
  iterations: numberLike.optional(),
  maxWeight: numberLike.optional(),
  stepWeight: numberLike.optional(),
  stepWeights: z.array(numberLike).optional(),
  metrics: z.array(metric).max(200).default([]),
  webhooks: z.array(webhook).default([]),
});

/** What every Kubernetes object has. */
export const kubernetesObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().default('unnamed') }).prefault({}),
});

/** flagger.app/v1beta1 Canary (fluxcd/flagger, pkg/apis/flagger/v1beta1/canary.go), as far as it judges. */
export const flaggerCanary = kubernetesObject.extend({
  spec: z.looseObject({
    analysis: analysis.optional(),
    canaryAnalysis: analysis.optional(),
    skipAnalysis: z.boolean().default(false),
  }),
});

/** flagger.app/v1beta1 MetricTemplate. */
export const flaggerTemplate = kubernetesObject.extend({
  spec: z.looseObject({ provider: z.looseObject({ type: z.string() }), query: z.string() }),
});

export type FlaggerAnalysis = z.output<typeof analysis>;
export type FlaggerMetric = z.output<typeof metric>;
export type FlaggerTemplate = z.output<typeof flaggerTemplate>;
