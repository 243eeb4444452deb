import { LogDownloadInput, logSearch, type LogLineView } from '../contract/log'
import { scanLines } from '../db/queries/log-search'
import { drawn } from '../db/queries/services'
import { plainText } from '../domain/log-filter/fold'
import { AppError } from '../errors'
import { admit, type Call } from '../operations/execute'
import { questionOf } from '../operations/log/ask'
import type { Platform } from '../operations/context'
import { authenticateRequest } from './authenticate'
import { platform } from './platform'
import { problemResponse, toProblem } from './problem'
import { CLIENT_IP_HEADER, requestIdOf } from './request'

// The filtered lines of an environment as a file. They are read page by page, each when the client has taken the one before, so
// that a download of any size holds one page and no transaction, however slow its client is.

const PAGE_LINES = 2_000
/** Rare lines take several looks until a page of them is found. */
const LOOK_MS = 2_000
const TYPES = { text: ['text/plain; charset=utf-8', 'logs.txt'], jsonl: ['application/jsonl; charset=utf-8', 'logs.jsonl'] } as const

/** Answers /api/logs/<environmentId>: reading needs what searching needs. */
export async function handleLogDownload(request: Request, environmentId: string): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const call = { actor: await authenticateRequest(platform(), request), requestId, ip: request.headers.get(CLIENT_IP_HEADER) }
    return await openLogDownload(platform(), { environmentId, call, request })
  } catch (error) {
    return problemResponse(toProblem(error, requestId))
  }
}

type Download = { environmentId: string; call: Call; request: Request }

/** Opens the stream of a download. Throws AppError as `log.search` does. */
export async function openLogDownload({ db, ...rest }: Platform, { environmentId, call, request }: Download): Promise<Response> {
  const parsed = LogDownloadInput.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!parsed.success) throw new AppError('invalid_input', 'A download takes what a search takes (filter, serviceId, deploymentId, kind, from, until) and `format`, which is text or jsonl.')
  const { format, ...window } = parsed.data
  const asked = { ...window, environmentId }
  await admit({ db, ...rest }, logSearch.name, asked, call)
  const now = rest.now()
  const { query } = await questionOf(db, asked, now)
  // What comes while it is read is not waited for.
  const closed = { ...query, untilMs: Math.min(query.untilMs, now.getTime()) }
  const names = new Map((await drawn(db, environmentId)).map(({ id, name }) => [id, name]))
  const write = format === 'jsonl' ? (line: LogLineView) => `${JSON.stringify(line)}\n` : (line: LogLineView) => textOf(line, names)
  const encoder = new TextEncoder()
  let cursor: string | null = null
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (!request.signal.aborted) {
          const found = await scanLines(db, closed, { isOlder: false, cursor, limit: PAGE_LINES, budgetMs: LOOK_MS })
          cursor = found.next
          if (found.lines.length > 0) controller.enqueue(encoder.encode(found.lines.map(({ view }) => write(view)).join('')))
          if (cursor === null) return controller.close()
          if (found.lines.length > 0) return
        }
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const [type, name] = TYPES[format]
  // It is kept as a file, and never shown as a page of ours.
  return new Response(body, { headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"`, 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-request-id': call.requestId } })
}

/** Exact time, who, and what; a stack trace goes on in lines of its own. */
function textOf({ at, serviceId, text }: LogLineView, names: ReadonlyMap<string, string>): string {
  return `${at} ${serviceId === null ? '-' : (names.get(serviceId) ?? serviceId)} ${plainText(text)}\n`
}
