'use client'

import clsx from 'clsx'
import { useCallback, useMemo, useRef, useState } from 'react'

import { useCanvas, useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { logDownloadPath, type LogLineView } from '@/lib/contract/log'

import { ContextDialog } from './context-dialog'
import { ExplorerBar, type Edges } from './explorer-bar'
import { FacetsPane } from './facets-pane'
import { standingOf, termOf, withStanding, type Standing } from './filter-edit'
import { FilterField } from './filter-field'
import { FilterNotes } from './filter-notes'
import { Histogram } from './histogram'
import type { LineActions } from './line-details'
import { linesOf } from './line-window'
import { NothingFound } from './nothing-found'
import { boundsOf, fixed, writeQuestion, type LogWindow } from './question'
import { RowList } from './row-list'
import { NewLines, OlderLines, Reconnecting } from './row-notices'
import { useExplorerKeys } from './use-explorer-keys'
import { useKnown } from './use-known'
import { useLines } from './use-lines'
import { useOverview } from './use-overview'
import { useQuestion } from './use-question'

/** A link to a line shows what happened this long before and after it. */
const AROUND_MS = 15 * 60_000

export type LogExplorerProps = {
  /** Only lines of this service. */
  serviceId: string | null
  /** Its title and what closes it, where it has no header around it. */
  edges?: Edges
  className?: string
}

/** Everything that services print: asked, counted over time, narrowed down, followed. */
export function LogExplorer({ serviceId, edges = null, className }: LogExplorerProps) {
  const { project, environmentId } = useEnvironment()
  const services = useCanvas((state) => state.services)
  const { question, askedAt, ask, askAgain } = useQuestion()
  const { filter, window, line: namedId } = question
  const asked = useMemo(() => ({ environmentId, serviceId, filter, window, line: namedId, askedAt }), [environmentId, serviceId, filter, window, namedId, askedAt])
  const [isPaused, setPaused] = useState(false)
  const [isAtEnd, setAtEnd] = useState(true)
  const isFollowing = !isPaused && isAtEnd
  const [wrap, setWrap] = useState(false)
  // Where there is no room beside the lines, it is opened over them.
  const [hasFacets, setFacets] = useState(() => serviceId === null && matchMedia('(min-width: 60rem)').matches)
  const [contextOf, setContextOf] = useState<LogLineView | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useLines(asked, isFollowing)
  const overview = useOverview(asked, !isFollowing)
  const known = useKnown(services, overview.facets)
  const shown = useMemo(() => linesOf(lines.window), [lines.window])
  const isLive = window.kind === 'live'

  /** Back to the newest line, with what came meanwhile. */
  const follow = () => {
    setPaused(false)
    setAtEnd(true)
    if (!lines.takeHeld()) askAgain()
  }
  const setWindow = (next: LogWindow) => {
    setPaused(false)
    setAtEnd(true)
    ask({ window: next, line: null })
  }
  const reachEnd = (isThere: boolean) => {
    if (!isThere) setAtEnd(false)
    // The last line that is held is not the newest one while others were let go of for older ones.
    else if (lines.isAtNewest && !isPaused) follow()
  }
  /** One came near an end of what is held. What failed or took too long is asked for by a button; after the newest line of a live view, lines come by themselves. */
  const readOn = (side: 'older' | 'newer') => {
    const isWaste = side === 'older' ? lines.searchedTo !== null : isLive && lines.isAtNewest
    if (!isWaste && lines[side].error === null) void lines.load(side)
  }
  const setStanding = useCallback((name: string, value: string, standing: Standing) => {
    const next = withStanding(filter, termOf(name, value), standing)
    if (next === null) field.current?.focus()
    else ask({ filter: next, line: null })
  }, [ask, filter])
  const actions = useMemo<LineActions>(() => ({
    filterBy: (name, value, isExcluded) => setStanding(name, value, standingOf(filter, termOf(name, value)) === (isExcluded ? 'excluded' : 'asked') ? 'open' : isExcluded ? 'excluded' : 'asked'),
    showContext: setContextOf,
    linkTo: ({ id, at }) => {
      const around = fixed(Date.parse(at) - AROUND_MS, Date.parse(at) + AROUND_MS)
      return `${location.pathname}${writeQuestion({ filter, window: window.kind === 'fixed' ? window : around, line: id })}`
    },
  }), [filter, setStanding, window])
  const nameOf = useMemo(() => (serviceId === null ? (id: string | null) => (id === null ? null : (services[id]?.name ?? null)) : null), [serviceId, services])
  const { fromMs, untilMs } = boundsOf(window, askedAt)
  const download = (format: 'text' | 'jsonl') => logDownloadPath(environmentId, { format, ...(filter === '' ? {} : { filter }), ...(serviceId === null ? {} : { serviceId }), ...(isLive ? {} : { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() }) })
  const root = useRef<HTMLDivElement>(null)
  useExplorerKeys({ root, field, isAlone: edges !== null })
  return (
    <div ref={root} tabIndex={-1} className={clsx('@container flex min-h-0 flex-col bg-surface outline-none', className)}>
      <ExplorerBar edges={edges} window={window} onWindow={setWindow} isPaused={isPaused} onPause={(next) => (next ? setPaused(true) : follow())} onReload={askAgain} wrap={wrap} onWrap={setWrap} hasFacets={hasFacets} onFacets={setFacets} download={{ text: download('text'), jsonl: download('jsonl') }} whole={serviceId === null ? null : `${paths.logs(project.id, environmentId)}${writeQuestion({ ...question, filter: withStanding(filter, termOf('service', services[serviceId]?.name ?? serviceId), 'asked') ?? filter })}`}>
        <FilterField environmentId={environmentId} filter={filter} known={known} field={field} onFilter={(next) => (next === filter ? askAgain() : ask({ filter: next, line: null }))} onLeave={() => focusLines(scroller.current)} />
      </ExplorerBar>
      <FilterNotes notes={lines.notes} filter={filter} />
      <div className="relative flex min-h-0 flex-1">
        {hasFacets ? <FacetsPane facets={overview.facets} filter={filter} onStanding={setStanding} onClose={() => setFacets(false)} /> : null}
        <div className="relative flex min-w-0 flex-1 flex-col">
          <Histogram histogram={overview.histogram} error={overview.error} onZoom={setWindow} />
          {shown.length === 0 ? (
            <NothingFound lines={lines} question={question} now={askedAt} ask={ask} onRetry={askAgain} onSearchOn={() => void lines.load('older')} />
          ) : (
            <RowList
              key={lines.key}
              lines={shown}
              nameOf={nameOf}
              wrap={wrap}
              isLive={isLive}
              isFollowing={isFollowing}
              onEnd={reachEnd}
              namedId={namedId}
              onEdge={readOn}
              place={{ projectId: project.id, environmentId }}
              actions={actions}
              head={<OlderLines lines={lines} onMore={() => void lines.load('older')} />}
              scroller={scroller}
            />
          )}
          {isLive && lines.isLoaded ? <Reconnecting state={lines.state} /> : null}
          {isLive && !isFollowing ? <NewLines count={lines.heldCount} onClick={follow} /> : null}
        </div>
      </div>
      {contextOf === null ? null : <ContextDialog environmentId={environmentId} line={contextOf} serviceName={contextOf.serviceId === null ? null : (services[contextOf.serviceId]?.name ?? null)} onClose={() => setContextOf(null)} />}
    </div>
  )
}

/** The newest line, or the one that was read last, takes the keys. */
function focusLines(scroller: HTMLDivElement | null): void {
  const row = scroller?.querySelector<HTMLElement>('[data-line][tabindex="0"]') ?? scroller?.querySelector<HTMLElement>('[data-line]')
  if (row) row.focus({ preventScroll: true })
  else if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}
