import { z } from 'zod';
import { kubernetesObject } from './flagger-schema.ts';

/** A whole number, or a text of one: Kubernetes' IntOrString. */
const intOrString = z.coerce.number().int();

const metric = z.looseObject({
  name: z.string().min(1),
  interval: z.string().optional(),
  initialDelay: z.string().optional(),
  count: intOrString.optional(),
  successCondition: z.string().min(1).optional(),
  failureCondition: z.string().min(1).optional(),
  failureLimit: intOrString.optional(),
  inconclusiveLimit: intOrString.optional(),
  consecutiveErrorLimit: intOrString.optional(),
  consecutiveSuccessLimit: intOrString.optional(),
  provider: z.looseObject({
    cloudWatch: z.looseObject({ interval: z.string().optional(), metricDataQueries: z.unknown() }).optional(),
  }),
});

/** argoproj.io/v1alpha1 AnalysisTemplate (argoproj/argo-rollouts, pkg/apis/rollouts/v1alpha1/analysis_types.go). */
export const argoTemplate = kubernetesObject.extend({
  spec: z.looseObject({
    metrics: z.array(metric).max(200).default([]),
    dryRun: z.array(z.looseObject({ metricName: z.string() })).nullish(),
    templates: z.array(z.looseObject({ templateName: z.string() })).nullish(),
  }),
});

export type ArgoMetric = z.output<typeof metric>;
