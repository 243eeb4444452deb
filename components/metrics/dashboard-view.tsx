'use client'

import { ChartSpline, Pencil, Plus, RotateCcw, Undo2, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { useEscape } from '@/components/service/use-escape'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { ProblemMessage } from '@/components/ui/problem-message'
import type { DashboardView as View } from '@/lib/contract/dashboard'
import { DEFAULT_WIDGETS, MOST_WIDGETS, type Widget } from '@/lib/domain/dashboard'

import { addWidget, changeWidget, placeWidget, removeWidget, replaceWidgets, takeBack } from './dashboard-draft'
import { DashboardGrid } from './dashboard-grid'
import { MetricsProvider } from './metrics-context'
import { RangeBar } from './range-bar'
import { useDashboard, type Dashboard } from './use-dashboard'
import { WidgetDialog } from './widget-dialog'

/** Charts of the whole environment, over the canvas. Escape goes back to that. */
export function DashboardView({ initial }: { initial: View }) {
  const { project, environmentId } = useEnvironment()
  const router = useRouter()
  const dashboard = useDashboard(initial)
  const cover = useCover()
  const isEditing = dashboard.draft !== null
  const [asking, setAsking] = useState<Widget | 'new' | null>(null)
  const close = () => router.push(paths.canvas(project.id, environmentId))
  useEscape(() => (isEditing ? undefined : close()))
  useUndoKey(dashboard)
  const { draft, setDraft } = dashboard
  const environment = project.environments.find(({ id }) => id === environmentId)
  return (
    <MetricsProvider serviceId={null}>
      <section ref={cover} data-panel data-cover aria-label="Metrics" className="absolute inset-0 z-30 overflow-y-auto bg-canvas">
        <div className="mx-auto flex max-w-[1760px] flex-col gap-3 px-4 pt-4 pb-16 sm:px-6">
          <div className="flex items-center gap-2">
            <h2 className="min-w-0 truncate text-page font-semibold">Metrics</h2>
            <span className="min-w-0 truncate pt-1 text-muted">{environment?.name}</span>
            <IconButton label="Back to the canvas (Escape)" icon={<X />} onClick={close} className="ml-auto" />
          </div>
          <RangeBar>{isEditing ? <EditBar dashboard={dashboard} onAdd={() => setAsking('new')} /> : <EditButton onEdit={dashboard.begin} />}</RangeBar>
          {dashboard.isConflict ? <Conflict dashboard={dashboard} /> : <ProblemMessage error={dashboard.error} />}
          {dashboard.widgets.length === 0 ? (
            <EmptyState icon={<ChartSpline />} title="No charts yet" className="my-10" action={<EmptyAction isEditing={isEditing} onAdd={() => setAsking('new')} onEdit={dashboard.begin} />}>
              Every member of the project sees the charts that are put here.
            </EmptyState>
          ) : (
            <DashboardGrid
              widgets={dashboard.widgets}
              isEditing={isEditing}
              onPlace={(id, to) => (draft ? setDraft(placeWidget(draft, id, to)) : undefined)}
              onChange={setAsking}
              onRemove={({ id }) => (draft ? setDraft(removeWidget(draft, id)) : undefined)}
            />
          )}
        </div>
        {asking !== null && draft !== null ? (
          <WidgetDialog
            widget={asking === 'new' ? null : asking}
            onClose={() => setAsking(null)}
            onDone={(words) => setDraft(asking === 'new' ? addWidget(draft, words, newName(draft.widgets)) : changeWidget(draft, asking.id, words))}
          />
        ) : null}
      </section>
    </MetricsProvider>
  )
}

/** What lies below is out of reach for keys and screen readers as well, for as long as this lies over it. */
function useCover() {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    const below = [...(ref.current?.parentElement?.children ?? [])].filter((each) => each !== ref.current && each instanceof HTMLElement && !each.inert) as HTMLElement[]
    for (const each of below) each.inert = true
    return () => {
      for (const each of below) each.inert = false
    }
  }, [])
  return ref
}

/** The first number that no widget has. */
function newName(widgets: readonly Widget[]): string {
  const taken = new Set(widgets.map(({ id }) => id))
  let number = 1
  while (taken.has(`chart-${number}`)) number += 1
  return `chart-${number}`
}

function EditButton({ onEdit }: { onEdit: () => void }) {
  const missing = useMissing('project.write')
  return (
    <Button size="small" icon={<Pencil />} disabledReason={missing} onClick={onEdit}>
      Edit
    </Button>
  )
}

function EmptyAction({ isEditing, onAdd, onEdit }: { isEditing: boolean; onAdd: () => void; onEdit: () => void }) {
  return isEditing ? (
    <Button variant="primary" icon={<Plus />} onClick={onAdd}>
      Add a chart
    </Button>
  ) : (
    <EditButton onEdit={onEdit} />
  )
}

function EditBar({ dashboard, onAdd }: { dashboard: Dashboard; onAdd: () => void }) {
  const draft = dashboard.draft!
  const last = draft.past.at(-1)
  return (
    <div role="group" aria-label="Edit the charts" className="flex flex-wrap items-center gap-1.5">
      <Button size="small" icon={<Plus />} disabledReason={draft.widgets.length >= MOST_WIDGETS ? `A dashboard has ${MOST_WIDGETS} charts at most. Remove one first.` : null} onClick={onAdd}>
        Add
      </Button>
      <IconButton size="small" label={last ? `Undo: ${last.did.toLowerCase()}` : 'Undo'} icon={<Undo2 />} disabledReason={last ? null : 'There is nothing to take back.'} onClick={() => dashboard.setDraft(takeBack(draft))} />
      <IconButton size="small" label="Back to the default charts" icon={<RotateCcw />} onClick={() => dashboard.setDraft(replaceWidgets(draft, DEFAULT_WIDGETS))} />
      <Button size="small" variant="ghost" disabled={dashboard.pending} onClick={() => dashboard.setDraft(null)}>
        Discard
      </Button>
      <Button size="small" variant="primary" loading={dashboard.pending} onClick={dashboard.save}>
        Save for everybody
      </Button>
    </div>
  )
}

/** Two people have changed it: neither loses anything without having been asked. */
function Conflict({ dashboard }: { dashboard: Dashboard }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-warning/30 bg-warning/10 px-3.5 py-2.5">
      <p className="min-w-0 flex-1 basis-72">Somebody else has saved these charts since you began to change them. Nothing of yours is saved yet.</p>
      <div className="flex gap-2">
        <Button size="small" onClick={() => void dashboard.takeTheirs()}>
          Drop mine, show theirs
        </Button>
        <Button size="small" loading={dashboard.pending} onClick={() => void dashboard.saveOver()}>
          Replace theirs with mine
        </Button>
      </div>
    </div>
  )
}

/** ⌘Z takes back a change of the charts while they are changed, and nothing of the canvas below. */
function useUndoKey({ draft, setDraft }: Dashboard): void {
  useEffect(() => {
    if (draft === null) return
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'z' || event.shiftKey || !(event.metaKey || event.ctrlKey)) return
      if (event.target instanceof Element && event.target.closest('input, textarea, [role=dialog]')) return
      event.preventDefault()
      setDraft(takeBack(draft))
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [draft, setDraft])
}
