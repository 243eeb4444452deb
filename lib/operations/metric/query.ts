import { metricQuery } from '../../contract/metric'
import { metricLines, namesOf, type Names } from '../../db/queries/metrics'
import type { LineLabels } from '../../domain/metric/lines'
import { OWN_MEASURES, READINGS, STORED } from '../../domain/metric/measure'
import { gridOf } from '../../domain/metric/steps'
import { AppError } from '../../errors'
import { remoteLines } from '../../telemetry/prometheus/lines'
import { implement } from '../implement'

const MOST_LINES = 50

export const queryMetrics = implement(metricQuery, async (ctx, { environmentId, measure, name, by, take, serviceId, volumeId, stepSeconds, ...span }) => {
  const [fromMs, untilMs] = [Date.parse(span.from), Date.parse(span.until)]
  if (fromMs >= untilMs) throw new AppError('invalid_input', 'from must be before until.', { fields: { from: 'Must be before until.' } })
  if (OWN_MEASURES.has(measure) !== (name !== undefined)) throw new AppError('invalid_input', `${measure} ${name === undefined ? 'is asked for by name: say which metric of a program is meant.' : 'has no name: leave it out.'}`, { fields: { name: name === undefined ? 'Must name a metric.' : 'Must be left out.' } })
  const { of, unit } = READINGS[measure]
  const grid = gridOf({ fromMs, untilMs, nowMs: ctx.now().getTime(), stepSeconds, everySeconds: STORED[of].everySeconds })
  const ask = { environmentIds: [environmentId] as const, serviceId, volumeId, name, measure, by, take, grid, most: MOST_LINES }
  // What programs measure themselves is kept here in any case.
  const server = OWN_MEASURES.has(measure) ? null : ctx.config.prometheus
  const lines = server === null ? await metricLines(ctx.db, ask) : await remoteLines({ db: ctx.db, now: ctx.now(), server }, ask)
  const names = await namesOf(ctx.db, environmentId, lines.map(({ labels }) => labels))
  return {
    measure,
    unit,
    stepSeconds: grid.stepSeconds,
    from: new Date(grid.fromMs).toISOString(),
    until: new Date(grid.untilMs).toISOString(),
    series: lines.map(({ labels, points, limit }) => ({ labels: { ...labels, ...namesIn(names, labels) }, points, limit })),
  }
})

function namesIn({ services, volumes, deployments }: Names, { serviceId, volumeId, deployment }: LineLabels): Record<string, string> {
  const name = serviceId === undefined ? volumes.get(volumeId ?? '') : services.get(serviceId)
  const number = deployments.get(deployment ?? '')
  return { ...(name === undefined ? {} : { name }), ...(number === undefined ? {} : { number: String(number) }) }
}
