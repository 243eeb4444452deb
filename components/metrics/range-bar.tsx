'use client'

import clsx from 'clsx'
import { CalendarRange, Rocket, ZoomOut } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { relativeWords } from '@/components/ui/time-words'

import { useMetrics } from './metrics-context'
import { momentName } from './moments'
import { frameOf, RANGE_WORDS, RANGES, widened } from './range'
import { RangeDialog } from './range-dialog'
import { momentWords } from './time-axis'

/** Which time is shown, what was deployed in it, and what else the page has. */
export function RangeBar({ children }: { children?: ReactNode }) {
  const { range, setRange, nowMs } = useMetrics()
  const [isChoosing, setChoosing] = useState(false)
  const frame = nowMs === null ? null : frameOf(range, nowMs)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div role="group" aria-label="Range" className="flex shrink-0 rounded-control border border-line-strong p-0.5">
        {RANGES.map((name) => {
          const isChosen = range.kind === 'last' && range.name === name
          return (
            <button
              key={name}
              type="button"
              aria-pressed={isChosen}
              aria-label={RANGE_WORDS[name]}
              onClick={() => setRange({ kind: 'last', name })}
              className={clsx('h-6 rounded-small px-2 pointer-coarse:h-9 pointer-coarse:px-2.5', isChosen ? 'bg-press text-ink' : 'text-muted hover:bg-hover hover:text-ink')}
            >
              {name.replace(/(\d+)/, '$1 ')}
            </button>
          )
        })}
      </div>
      <Button size="small" icon={<CalendarRange />} aria-pressed={range.kind === 'between'} onClick={() => setChoosing(true)}>
        {range.kind === 'between' && frame ? `${momentWords(range.fromMs, frame)} – ${momentWords(range.untilMs, frame)}` : 'Custom'}
      </Button>
      {range.kind === 'between' && frame ? <IconButton size="small" label="Show twice as much time" icon={<ZoomOut />} onClick={() => setRange(widened(frame, Date.now()))} /> : null}
      <Deployments />
      {children ? <div className="ml-auto flex items-center gap-1.5">{children}</div> : null}
      {isChoosing && frame ? <RangeDialog fromMs={frame.fromMs} untilMs={frame.untilMs} onClose={() => setChoosing(false)} onChoose={setRange} /> : null}
    </div>
  )
}

/** The lines in the charts, as a list. */
function Deployments() {
  const { moments, names, nowMs } = useMetrics()
  const { project, environmentId } = useEnvironment()
  if (moments.length === 0 || nowMs === null) return null
  return (
    <Menu
      align="start"
      label="Deployments in this time"
      trigger={
        <Button size="small" variant="ghost" icon={<Rocket />}>
          {moments.length === 1 ? '1 deployment' : `${moments.length} deployments`}
        </Button>
      }
      items={[...moments].reverse().slice(0, 30).map((moment) => ({
        label: momentName(moment, names),
        shortcut: relativeWords(Date.parse(moment.at), nowMs),
        href: paths.deployment(project.id, environmentId, moment.serviceId, moment.id),
      }))}
    />
  )
}
