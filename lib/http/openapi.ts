import { z } from 'zod'

import { CONTRACT } from '../contract'
import type { Entry } from '../contract/entry'
import { ERROR_CODES } from '../errors'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of the REST door, derived from the contract. Deterministic: it is checked in and compared. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {}
  for (const entry of CONTRACT) (paths[entry.http.path] ??= {})[entry.http.method.toLowerCase()] = operationOf(entry)
  return {
    openapi: '3.1.0',
    info: { title: 'Easel', version: '1', description: 'Everything the dashboard and the command line can do. Send `Authorization: Bearer <token>`; commands take an `Idempotency-Key`.' },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An access token from /auth/login or a personal API token.' } },
      responses: { Problem: { description: 'Why it was refused', content: { 'application/problem+json': { schema: problemSchema() } } } },
    },
  }
}

function operationOf(entry: Entry): Json {
  const input = schemaOf(entry.input, 'input') as { properties?: Record<string, Json>; required?: string[] }
  const inPath = Object.keys(input.properties ?? {}).filter((name) => entry.http.path.includes(`{${name}}`))
  const rest = Object.keys(input.properties ?? {}).filter((name) => !inPath.includes(name))
  const isRead = entry.http.method === 'GET'
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: input.properties![name] })),
    ...(isRead ? rest.map((name) => ({ name, in: 'query', required: (input.required ?? []).includes(name), schema: input.properties![name] })) : []),
    ...(entry.kind === 'command' ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } }] : []),
  ]
  return {
    operationId: entry.name,
    summary: entry.summary,
    tags: [entry.name.split('.')[0]],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(isRead || rest.length === 0 ? {} : { requestBody: bodyOf(input, rest) }),
    responses: responsesOf(entry),
    ...(entry.access.kind === 'public' ? { security: [] } : {}),
    'x-permission': entry.access.kind === 'permission' ? entry.access.permission : entry.access.kind,
    'x-cli': `easel ${entry.cli}`,
    'x-errors': ['invalid_input', ...(entry.access.kind === 'public' ? [] : ['unauthenticated']), ...entry.fails],
  }
}

function bodyOf(input: { properties?: Record<string, Json>; required?: string[] }, names: string[]): Json {
  const required = (input.required ?? []).filter((name) => names.includes(name))
  return {
    required: required.length > 0,
    content: {
      'application/json': {
        schema: { type: 'object', properties: Object.fromEntries(names.map((name) => [name, input.properties![name]])), ...(required.length > 0 ? { required } : {}), additionalProperties: false },
      },
    },
  }
}

function responsesOf(entry: Entry): Json {
  const content: Json = { 'application/json': { schema: schemaOf(entry.output, 'output') } }
  if (entry.streams) content['text/event-stream'] = { schema: { type: 'string' } }
  return { [entry.http.status]: { description: entry.summary, content }, default: { $ref: '#/components/responses/Problem' } }
}

/** JSON Schema (2020-12) of what is sent (`input`) or answered (`output`). */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, reused: 'inline', unrepresentable: 'any' }) as Json
  return json
}

function problemSchema(): Json {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'message', 'requestId'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: [...ERROR_CODES] },
      message: { type: 'string', description: 'A sentence that says what was found and what to do.' },
      detail: { type: 'string' },
      fields: { type: 'object', additionalProperties: { type: 'string' }, description: 'A sentence per field that cannot be used.' },
      requestId: { type: 'string' },
      retryAfterS: { type: 'integer' },
    },
  }
}
