'use client'

import { useState, type FormEvent } from 'react'

import { useCanvas } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { CHART_TITLE, CHARTS, isOwnChart, type ChartName } from '@/lib/domain/chart'

import type { WidgetWords } from './dashboard-draft'
import { useOwnMetrics } from './use-own-metrics'

const ALL = 'all'
const MOST_LETTERS = 60

export type WidgetDialogProps = { /** The widget that is changed; null for a new one. */ widget: WidgetWords | null; onClose: () => void; onDone: (words: WidgetWords) => void }

/** What a widget shows, of what, and what it is called. */
export function WidgetDialog({ widget, onClose, onDone }: WidgetDialogProps) {
  const services = useCanvas((state) => state.services)
  const [chart, setChart] = useState<ChartName>(widget?.chart ?? 'requests')
  const [serviceId, setServiceId] = useState(widget?.serviceId ?? ALL)
  const [title, setTitle] = useState(widget?.title ?? '')
  const [metric, setMetric] = useState(widget?.metric ?? '')
  const own = useOwnMetrics(isOwnChart(chart), serviceId === ALL ? null : serviceId)
  const metrics = [...new Set([...(own?.items ?? []).filter(({ kind }) => `own_${kind === 'count' ? 'rate' : kind}` === chart).map(({ name }) => name), ...(metric !== '' && chart === widget?.chart ? [metric] : [])])]
  const chosen = isOwnChart(chart) ? (metrics.includes(metric) ? metric : metrics[0]) : undefined
  const isGone = serviceId !== ALL && !services[serviceId]
  const named = Object.values(services).map(({ id, name }) => ({ value: id, label: name })).sort((a, b) => a.label.localeCompare(b.label))
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (isOwnChart(chart) && chosen === undefined) return
    onDone({ chart, metric: chosen, serviceId: serviceId === ALL ? null : serviceId, title: title.trim() === '' ? null : title.trim() })
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      size="small"
      title={widget === null ? 'Add a chart' : 'Change this chart'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="widget">
            {widget === null ? 'Add' : 'Change'}
          </Button>
        </>
      }
    >
      <form id="widget" onSubmit={send} className="space-y-3">
        <Field label="Shows">
          <Select value={chart} onValueChange={setChart} options={CHARTS.map((name) => ({ value: name, label: CHART_TITLE[name] }))} />
        </Field>
        {isOwnChart(chart) ? (
          <Field label="Metric" hint={own !== null && metrics.length === 0 ? 'No program has sent one of this kind in the last week. A service tells them once OpenTelemetry is switched on in its settings, or the path of its Prometheus metrics is set there.' : undefined}>
            <Select value={chosen ?? ''} onValueChange={setMetric} options={metrics.map((name) => ({ value: name, label: name }))} />
          </Field>
        ) : null}
        <Field label="Of">
          <Select value={serviceId} onValueChange={setServiceId} options={[{ value: ALL, label: 'All services' }, ...named, ...(isGone ? [{ value: serviceId, label: 'Deleted service' }] : [])]} />
        </Field>
        <Field label="Title" hint={`Empty: ${chosen ?? CHART_TITLE[chart]}`}>
          <Input value={title} onChange={(event) => setTitle(event.target.value)} maxLength={MOST_LETTERS} placeholder={chosen ?? CHART_TITLE[chart]} autoComplete="off" />
        </Field>
      </form>
    </Dialog>
  )
}
