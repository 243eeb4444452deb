import { config } from '../../config'
import { platform } from '../platform'
import { scrape, scrapeSamples } from './scrape'

/** `GET /metrics` of the web process. */
export function answerScrape(request: Request): Promise<Response> {
  return scrape(platform(), request, config.metricsToken)
}

/** `GET /metrics/samples` of the web process. */
export function answerScrapeOfSamples(request: Request): Promise<Response> {
  return scrapeSamples(platform(), request, config.metricsToken)
}
