import { authenticateRequest } from '../authenticate'
import { platform } from '../platform'
import { problemResponse, toProblem } from '../problem'
import { CLIENT_IP_HEADER, readJsonBody, requestIdOf } from '../request'
import { openLive, takePresence } from './door'
import { liveHub } from './hub'

/** Answers /api/live/<environmentId>: GET is the stream of a tab, POST says where its person is. */
export async function handleLive(request: Request, environmentId: string): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    if (request.method === 'POST') {
      takePresence(liveHub(), environmentId, await readJsonBody(request))
      return new Response(null, { status: 204, headers: { 'x-request-id': requestId } })
    }
    const call = { actor: await authenticateRequest(platform(), request), requestId, ip: request.headers.get(CLIENT_IP_HEADER) }
    return await openLive(liveHub(), { environmentId, call, request })
  } catch (error) {
    return problemResponse(toProblem(error, requestId))
  }
}
