import type { IncomingMessage, ServerResponse } from 'node:http'

/** A stream says something every ten seconds: a client that has taken nothing for this long is gone or stuck. */
const STALLED_MS = 30_000

/**
 * Cuts a stream whose client does not read, so that it holds no memory and no listener for ever. A client that is there
 * comes again and begins afresh. Other requests may take as long as they take.
 */
export function cutStalled(request: IncomingMessage, response: ServerResponse, stalledMs = STALLED_MS): void {
  if (!request.headers.accept?.includes('text/event-stream')) return
  response.setTimeout(stalledMs, () => response.destroy())
}
