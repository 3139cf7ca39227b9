import { z } from 'zod';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 page of the routes, generated from the schemas that check the calls. */
export function openApi(routes: readonly Route[]): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Deployment safety gate', version: '1' },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

function operation(route: Route): Readonly<Record<string, unknown>> {
  return {
    summary: route.summary,
    security: route.scopes === null ? [] : [{ token: [] }],
    'x-scopes': route.scopes ?? [],
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body) } } } }),
    responses: {
      '2XX': { description: 'The answer', content: { 'application/json': {} } },
      default: { description: 'A problem (RFC 9457)', content: { 'application/problem+json': {} } },
    },
  };
}

function pathParameters(path: string): readonly unknown[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): readonly unknown[] {
  if (query === undefined) return [];
  const { properties = {} } = jsonSchema(query) as { properties?: Record<string, unknown> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function jsonSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

export function openApiRoute(routes: readonly Route[]): Route {
  const page = openApi(routes);
  return {
    method: 'get',
    path: '/v1/openapi.json',
    scopes: null,
    summary: 'This page',
    handle: async () => ({ status: 200, body: page }),
  };
}
