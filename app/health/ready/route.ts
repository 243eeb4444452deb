import { readiness } from '@/lib/http/readiness'

export const dynamic = 'force-dynamic'

/** 200 when every part answers, else 503 that names the part. */
export async function GET(): Promise<Response> {
  const report = await readiness()
  return Response.json(report, { status: report.status === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}
