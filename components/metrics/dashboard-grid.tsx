'use client'

import clsx from 'clsx'
import { GripVertical, MoreHorizontal, MoveDiagonal2 } from 'lucide-react'
import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react'

import { useService } from '@/components/canvas/canvas-context'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { CHART_TITLE } from '@/lib/domain/chart'
import { COLUMNS, moved, type Box, type Widget } from '@/lib/domain/dashboard'

import { ChartCard } from './chart-card'
import { placeWords } from './dashboard-draft'

const ROW_PX = 76
const GAP_PX = 12
/** Narrower than that, charts stand below each other. */
const WIDE_PX = 720

export type DashboardGridProps = {
  widgets: readonly Widget[]
  isEditing: boolean
  onPlace: (id: string, to: Partial<Box>) => void
  onChange: (widget: Widget) => void
  onRemove: (widget: Widget) => void
}

/** Charts where somebody put them. While they are changed, each is moved and resized by pointer or by arrow keys. */
export function DashboardGrid({ widgets, isEditing, onPlace, onChange, onRemove }: DashboardGridProps) {
  const [grid, widthPx] = useWidth()
  const [held, setHeld] = useState<{ id: string; to: Partial<Box> } | null>(null)
  const [said, setSaid] = useState('')
  const isWide = widthPx === null || widthPx >= WIDE_PX
  const shown = held === null ? widgets : moved(widgets, held.id, held.to)
  const place = (widget: Widget, to: Partial<Box>) => {
    onPlace(widget.id, to)
    const now = moved(widgets, widget.id, to).find(({ id }) => id === widget.id)
    if (now) setSaid(`${titleOf(widget)}: ${placeWords(now)}`)
  }
  const hold = (widget: Widget, kind: Hold['kind']): Hold => ({
    kind,
    cellPx: { x: ((widthPx ?? 0) + GAP_PX) / COLUMNS, y: ROW_PX + GAP_PX },
    onMove: (by) => setHeld({ id: widget.id, to: along(widget, kind, by) }),
    onDrop: (by) => {
      setHeld(null)
      place(widget, along(widget, kind, by))
    },
    onCancel: () => setHeld(null),
    onStep: (by) => place(widget, along(widget, kind, by)),
    topOf: () => grid.current?.getBoundingClientRect().top ?? 0,
  })
  const inOrder = [...shown].sort((a, b) => a.y - b.y || a.x - b.x)
  return (
    <div ref={grid} className={isWide ? 'grid' : 'flex flex-col'} style={{ gap: GAP_PX, gridTemplateColumns: `repeat(${COLUMNS}, minmax(0, 1fr))`, gridAutoRows: ROW_PX }}>
      {inOrder.map((widget) => (
        <div key={widget.id} className="relative flex min-w-0" style={isWide ? cell(widget) : { height: 3 * (ROW_PX + GAP_PX) }}>
          <WidgetCard widget={widget} isHeld={held?.id === widget.id} isEditing={isEditing} move={isWide ? hold(widget, 'move') : null} onChange={() => onChange(widget)} onRemove={() => onRemove(widget)} />
          {isEditing && isWide ? <Handle label={`Resize ${titleOf(widget)}`} hold={hold(widget, 'resize')} className="absolute right-0.5 bottom-0.5 z-10 cursor-nwse-resize bg-surface" /> : null}
        </div>
      ))}
      <p role="status" className="sr-only">
        {said}
      </p>
    </div>
  )
}

export function titleOf({ title, chart, metric }: Pick<Widget, 'title' | 'chart' | 'metric'>): string {
  return title ?? metric ?? CHART_TITLE[chart]
}

const cell = ({ x, y, width, height }: Box): CSSProperties => ({ gridColumn: `${x + 1} / span ${width}`, gridRow: `${y + 1} / span ${height}` })

function along(box: Box, kind: Hold['kind'], by: { x: number; y: number }): Partial<Box> {
  return kind === 'move' ? { x: box.x + by.x, y: box.y + by.y } : { width: Math.min(box.width + by.x, COLUMNS - box.x), height: box.height + by.y }
}

type WidgetCardProps = { widget: Widget; isEditing: boolean; isHeld: boolean; move: Hold | null; onChange: () => void; onRemove: () => void }

function WidgetCard({ widget, isEditing, isHeld, move, onChange, onRemove }: WidgetCardProps) {
  const service = useService(widget.serviceId ?? '')
  const note = widget.serviceId === null ? null : (service?.name ?? 'Deleted service')
  const title = titleOf(widget)
  return (
    <ChartCard
      key={`${widget.chart} ${widget.serviceId} ${widget.metric}`}
      chart={widget.chart}
      subject={{ serviceId: widget.serviceId, volumeId: null, metric: widget.metric }}
      title={title}
      note={note}
      className={clsx('w-full', isEditing && 'border-line-strong', isHeld && 'outline-2 outline-accent')}
      actions={
        isEditing ? (
          <>
            {move ? <Handle label={`Move ${title}`} hold={move} className="cursor-move" /> : null}
            <Menu
              label={`${title}: actions`}
              trigger={<IconButton size="small" label={`${title}: actions`} icon={<MoreHorizontal />} />}
              items={[{ label: 'Rename or change…', onSelect: onChange }, { label: 'Remove', danger: true, onSelect: onRemove }]}
            />
          </>
        ) : null
      }
    />
  )
}

/** What a handle is held for. Steps are whole cells. */
type Hold = {
  kind: 'move' | 'resize'
  cellPx: { x: number; y: number }
  onMove: (by: { x: number; y: number }) => void
  onDrop: (by: { x: number; y: number }) => void
  onCancel: () => void
  onStep: (by: { x: number; y: number }) => void
  /** Where the grid begins on the screen: it goes away from the pointer while the page is scrolled. */
  topOf: () => number
}

const ARROWS: Record<string, { x: number; y: number }> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } }

function Handle({ label, hold, className }: { label: string; hold: Hold; className: string }) {
  const began = useRef<{ x: number; y: number } | null>(null)
  const at = ({ clientX, clientY }: PointerEvent) => ({ x: clientX, y: clientY - hold.topOf() })
  const by = (event: PointerEvent, from: { x: number; y: number }) => {
    const to = at(event)
    return { x: Math.round((to.x - from.x) / hold.cellPx.x), y: Math.round((to.y - from.y) / hold.cellPx.y) }
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && began.current !== null) {
      began.current = null
      hold.onCancel()
      event.preventDefault()
      return
    }
    const step = ARROWS[event.key]
    if (!step) return
    event.preventDefault()
    hold.onStep(step)
  }
  return (
    <span className={clsx('shrink-0 touch-none rounded-control', className)}>
      <button
        type="button"
        aria-label={label}
        title={`${label}: drag it, or use the arrow keys`}
        onKeyDown={press}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          began.current = at(event)
        }}
        onPointerMove={(event) => (began.current === null ? undefined : hold.onMove(by(event, began.current)))}
        onPointerUp={(event) => {
          const from = began.current
          began.current = null
          if (from !== null) hold.onDrop(by(event, from))
        }}
        onPointerCancel={() => {
          began.current = null
          hold.onCancel()
        }}
        className="flex size-7 cursor-[inherit] items-center justify-center rounded-control text-muted hover:bg-hover hover:text-ink [&_svg]:size-4"
      >
        {hold.kind === 'move' ? <GripVertical aria-hidden="true" /> : <MoveDiagonal2 aria-hidden="true" />}
      </button>
    </span>
  )
}

function useWidth() {
  const ref = useRef<HTMLDivElement>(null)
  const [widthPx, setWidthPx] = useState<number | null>(null)
  useEffect(() => {
    const look = new ResizeObserver(([entry]) => setWidthPx(entry!.contentRect.width))
    if (ref.current) look.observe(ref.current)
    return () => look.disconnect()
  }, [])
  return [ref, widthPx] as const
}
