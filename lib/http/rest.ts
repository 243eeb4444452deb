import type { Entry } from '../contract/entry'
import { AppError, isAppError, notFound } from '../errors'
import { execute, type Call } from '../operations/execute'
import { authenticateRequest } from './authenticate'
import { matchRoute } from './match'
import { platform } from './platform'
import { problemResponse, toProblem } from './problem'
import { CLIENT_IP_HEADER, readJsonBody, requestIdOf } from './request'
import { streamResponse } from './stream'

/** Answers one request below /api/v1 from the contract: finds the entry, gathers its input, runs it, answers JSON. */
export async function handleRest(request: Request, path: readonly string[]): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const match = matchRoute(request.method, path)
    if (!('entry' in match)) return refuseRoute(match.allowed, request, path, requestId)
    const { entry, params } = match
    const input = { ...(await readInput(entry, request)), ...params }
    const call: Call = {
      actor: await authenticateRequest(platform(), request),
      requestId,
      ip: request.headers.get(CLIENT_IP_HEADER),
      idempotencyKey: entry.kind === 'command' ? request.headers.get('idempotency-key') : null,
    }
    if (entry.streams && request.headers.get('accept')?.includes('text/event-stream')) return await streamResponse(entry, input, call, request)
    const output = await execute(platform(), entry.name, input, call).catch((error: unknown) => Promise.reject(hideMalformedIds(error, params)))
    return Response.json(output, { status: entry.http.status, headers: { 'x-request-id': requestId, 'cache-control': 'no-store' } })
  } catch (error) {
    return problemResponse(toProblem(error, requestId))
  }
}

/** A path whose id cannot be one leads nowhere, like one whose id does not exist. */
function hideMalformedIds(error: unknown, params: Record<string, string>): unknown {
  const wrong = isAppError(error) && error.code === 'invalid_input' ? Object.keys(error.fields ?? {}) : []
  const inPath = wrong.find((field) => field in params)
  return inPath !== undefined && inPath.endsWith('Id') ? notFound(inPath.slice(0, -2)) : error
}

async function readInput(entry: Entry, request: Request): Promise<Record<string, unknown>> {
  const query = queryFields(request.url)
  if (request.method === 'GET') return query
  if (Object.keys(query).length > 0) {
    throw new AppError('invalid_input', 'Commands take their fields in the body, not in the query.', { fields: Object.fromEntries(Object.keys(query).map((key) => [key, 'Belongs in the body.'])) })
  }
  const body = await readJsonBody(request)
  const inPath = Object.keys(body).find((key) => entry.http.path.includes(`{${key}}`))
  if (inPath !== undefined) throw new AppError('invalid_input', `${inPath} is given by the path and cannot be in the body as well.`, { fields: { [inPath]: 'Is given by the path.' } })
  return body
}

function queryFields(url: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [key, value] of new URL(url).searchParams) {
    if (key in fields) throw new AppError('invalid_input', `${key} is given twice in the query.`, { fields: { [key]: 'Is given twice.' } })
    fields[key] = value
  }
  return fields
}

function refuseRoute(allowed: string[], request: Request, path: readonly string[], requestId: string): Response {
  const shown = `/api/v1/${path.join('/')}`
  if (allowed.length === 0) return problemResponse(toProblem(new AppError('not_found', `There is nothing at ${shown}. /api/v1/openapi.json lists what there is.`), requestId))
  const methods = [...new Set(allowed)].join(', ')
  const response = problemResponse(toProblem(new AppError('invalid_input', `${shown} does not answer ${request.method}; it answers ${methods}.`, { status: 405 }), requestId))
  response.headers.set('allow', methods)
  return response
}
