export const dynamic = 'force-dynamic'

/** The process answers. Looks at nothing else, so that it stays cheap. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
}
