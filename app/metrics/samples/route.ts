import { answerScrapeOfSamples } from '@/lib/http/prometheus/door'

export const dynamic = 'force-dynamic'

export function GET(request: Request): Promise<Response> {
  return answerScrapeOfSamples(request)
}
