import { SERVICE_STATE } from '@/lib/domain/service-state'
import type { ProjectCardView } from '@/lib/contract/project'

import { SHAPES } from '../ui/state-shape'
import { toneColor } from '../ui/tone'
import { linkPath, miniatureBox, NODE_HEIGHT, NODE_WIDTH } from './miniature-layout'

const PROPORTION = 2.2

export type MiniatureProps = Pick<ProjectCardView, 'nodes' | 'links'>

/** The canvas of a project in small: where its services stand, how they are linked and how they are. */
export function Miniature({ nodes, links }: MiniatureProps) {
  const box = miniatureBox(nodes, PROPORTION)
  const places = new Map(nodes.map((node) => [node.id, node]))
  // Strokes and marks keep their size on the screen, however large the canvas is.
  const unit = box.width / 330
  return (
    <svg viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`} aria-hidden="true" className="block h-full w-full">
      <g fill="none" stroke="var(--color-line-strong)" strokeWidth={1.25 * unit} strokeDasharray={`${4 * unit} ${3 * unit}`}>
        {links.map((link) => {
          const from = places.get(link.from)
          const to = places.get(link.to)
          return from && to ? <path key={`${link.from} ${link.to}`} d={linkPath(from, to)} /> : null
        })}
      </g>
      {nodes.map((node) => (
        <MiniatureNode key={node.id} node={node} unit={unit} />
      ))}
    </svg>
  )
}

function MiniatureNode({ node, unit }: { node: MiniatureProps['nodes'][number]; unit: number }) {
  const { tone, shape } = SERVICE_STATE[node.state]
  const scale = Math.min(unit * 0.9, NODE_HEIGHT / 24)
  return (
    <g transform={`translate(${node.x} ${node.y})`}>
      <rect
        width={NODE_WIDTH}
        height={NODE_HEIGHT}
        rx={4 * unit}
        fill="var(--color-overlay)"
        stroke="var(--color-line-strong)"
        strokeWidth={unit}
        strokeDasharray={node.state === 'not_deployed' ? `${3 * unit} ${3 * unit}` : undefined}
      />
      <rect x={12 * unit} y={NODE_HEIGHT / 2 - 1.75 * unit} width={NODE_WIDTH * 0.36} height={3.5 * unit} rx={1.75 * unit} fill="var(--color-faint)" opacity="0.55" />
      <g transform={`translate(${NODE_WIDTH - 12 * unit - 12 * scale} ${NODE_HEIGHT / 2 - 6 * scale}) scale(${scale})`} color={toneColor(tone)} fill="none">
        {SHAPES[shape](0.35)}
      </g>
    </g>
  )
}
