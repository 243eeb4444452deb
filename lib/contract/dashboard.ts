import { z } from 'zod'

import { CHARTS, isOwnChart } from '../domain/chart'
import { COLUMNS, LAST_ROW, LEAST, MOST_HEIGHT, MOST_WIDGETS } from '../domain/dashboard'
import { idSchema } from '../ids'
import { DisplayName, Timestamp } from './common'
import { allow, command, query } from './entry'
import { MetricName } from './metric'

const environmentId = idSchema('environment')

export const WidgetView = z
  .strictObject({
    /** What tells the widgets of one dashboard apart, chosen by whoever adds it. */
    id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'Must be small letters, digits and hyphens.'),
    chart: z.enum(CHARTS),
    /** Null: the title of its chart. */
    title: DisplayName.nullable(),
    /** Null: all services of the environment. It may be gone by now. */
    serviceId: idSchema('service').nullable(),
    /** What a program calls what it shows; for `own_level`, `own_rate` and `own_spread`, and only for those. */
    metric: MetricName.optional(),
    x: z.number().int().min(0).max(COLUMNS - LEAST.width),
    y: z.number().int().min(0).max(LAST_ROW),
    width: z.number().int().min(LEAST.width).max(COLUMNS),
    height: z.number().int().min(LEAST.height).max(MOST_HEIGHT),
  })
  .refine(({ x, width }) => x + width <= COLUMNS, { message: `Must end within ${COLUMNS} columns.`, path: ['width'] })
  .refine(({ chart, metric }) => isOwnChart(chart) === (metric !== undefined), { message: 'Must be given for own_level, own_rate and own_spread, and for no other chart.', path: ['metric'] })
export type WidgetView = z.infer<typeof WidgetView>

export const DashboardView = z.strictObject({
  environmentId,
  /** Rises each time it is saved; 0 while nobody has, and the widgets are the default ones. */
  version: z.number().int().min(0),
  widgets: z.array(WidgetView),
  saved: z.strictObject({ at: Timestamp, /** Null when that person is gone. */ by: z.strictObject({ id: z.string(), name: z.string() }).nullable() }).nullable(),
})
export type DashboardView = z.infer<typeof DashboardView>

export const dashboardGet = query('dashboard.get', {
  summary: 'Charts of an environment and where they stand, the same for every member',
  input: z.strictObject({ environmentId }),
  output: DashboardView,
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/dashboard', status: 200 },
  cli: 'dashboard show <environmentId>',
  fails: ['not_found'],
})

export const dashboardSave = command('dashboard.save', {
  summary: 'Save the charts of an environment for every member; refused when somebody has saved others meanwhile',
  input: z.strictObject({
    environmentId,
    widgets: z
      .array(WidgetView)
      .max(MOST_WIDGETS)
      .refine((widgets) => new Set(widgets.map(({ id }) => id)).size === widgets.length, 'Must not name two widgets alike.'),
    /** The version that was changed. */
    ifVersion: z.number().int().min(0),
  }),
  output: DashboardView,
  access: allow('project.write', 'environment'),
  http: { method: 'PUT', path: '/environments/{environmentId}/dashboard', status: 200 },
  cli: 'dashboard save <environmentId>',
  fails: ['not_found', 'conflict'],
})
