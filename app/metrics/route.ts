import { answerScrape } from '@/lib/http/prometheus/door'

export const dynamic = 'force-dynamic'

export function GET(request: Request): Promise<Response> {
  return answerScrape(request)
}
