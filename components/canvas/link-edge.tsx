'use client'

import { getSmoothStepPath, type Edge, type EdgeProps } from '@xyflow/react'
import clsx from 'clsx'
import { memo, useState, type CSSProperties } from 'react'

import { useCanvas } from './canvas-context'
import { asLine, lineNameId } from './line'
import { LineLabel, useNearness } from './line-label'
import type { Link } from './store'
import { linkKey } from './traffic'
import { useFocusAfterLine } from './use-keep-focus'
import { useLineEnds } from './use-line-ends'

export type FlowEdge = Edge<{ variables: readonly string[] }, 'link'>

/** A line from each service to each that it refers to. */
export function linkEdges(links: readonly Link[]): FlowEdge[] {
  return links.map((link) => ({ ...asLine(link.id), type: 'link', source: link.from, target: link.to, data: { variables: link.variables } }))
}

/** A variable of one service that refers to another: dashed, labelled by the names of the variables. */
export const LinkEdge = memo(function LinkEdge({ id, source, target, data }: EdgeProps<FlowEdge>) {
  const ends = useLineEnds(source, target)
  const isNear = useNearness()
  const [isHovered, setHovered] = useState(false)
  const isFocused = useCanvas((state) => state.focusedLine === id)
  const traffic = useCanvas((state) => state.traffic.links[linkKey(source, target)])
  useFocusAfterLine(id, source)
  const names = [useName(source), useName(target)]
  if (!ends) return null
  const [path, labelX, labelY] = getSmoothStepPath({ ...ends, borderRadius: 10, offset: 20 })
  const variables = data?.variables ?? []
  return (
    <>
      <desc id={lineNameId(id)}>{`${names[0]} uses ${names[1]}: ${variables.join(', ')}${traffic ? `. ${traffic.sentence}` : ''}`}</desc>
      <path d={path} className="link-halo" />
      <path id={id} d={path} className="link-line" markerEnd="url(#link-end)" data-hovered={isHovered || undefined} data-errs={traffic?.isErring || undefined} data-flows={traffic ? true : undefined} style={traffic ? ({ '--drift': `${traffic.driftSeconds}s` } as CSSProperties) : undefined} />
      <path d={path} className="link-reach" data-line={id} onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)} />
      {traffic || isNear || isHovered || isFocused ? (
        <LineLabel>
          {traffic ? <LinkFigure x={labelX} y={labelY} isErring={traffic.isErring} words={traffic.rate} /> : null}
          {isNear || isHovered || isFocused ? (
            <span
              className="pointer-events-none absolute max-w-56 truncate rounded-small border border-line bg-canvas px-1.5 font-mono text-[0.6875rem] leading-[1.125rem] text-faint"
              style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
            >
              {variables.length > 2 ? `${variables.slice(0, 2).join(', ')} +${variables.length - 2}` : variables.join(', ')}
            </span>
          ) : null}
        </LineLabel>
      ) : null}
    </>
  )
})

/** Requests per second beside the line, above where its variables are named. */
function LinkFigure({ x, y, words, isErring: isRed }: { x: number; y: number; words: string; isErring: boolean }) {
  return (
    <span aria-hidden="true" className={clsx('link-figure pointer-events-none absolute rounded-small bg-canvas px-1 font-mono text-[0.6875rem] leading-4 tabular-nums', isRed ? 'text-bad' : 'text-muted')} style={{ transform: `translate(-50%, -100%) translate(${x}px, ${y - 11}px)` }}>
      {words}
    </span>
  )
}

function useName(serviceId: string): string {
  return useCanvas((state) => state.services[serviceId]?.name ?? 'a service that is gone')
}

/** The arrow head at the end of links; once per canvas. */
export function LinkMarker() {
  return (
    <svg className="absolute size-0" aria-hidden="true">
      <defs>
        <marker id="link-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">
          <path d="M1 1 7 4 1 7" fill="none" stroke="var(--link-colour)" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
        </marker>
      </defs>
    </svg>
  )
}
