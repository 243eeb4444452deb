import { config } from '../../config'
import { platform } from '../platform'
import { scrape } from './scrape'

/** `GET /metrics` of the web process. */
export function answerScrape(request: Request): Promise<Response> {
  return scrape(platform(), request, config.metricsToken)
}
