import type { ProjectCardView } from '@/lib/contract/project'
import { SERVICE_STATE } from '@/lib/domain/service-state'

import { SHAPES } from '../ui/state-shape'
import { toneColor } from '../ui/tone'
import { linkPath, miniatureBox, miniatureNode, NODE_HEIGHT, NODE_WIDTH, type NodeDrawing, type Point } from './miniature-layout'

const PROPORTION = 2.2
/** About as wide as a card, in pixels. */
const CARD_WIDTH = 330

export type MiniatureProps = Pick<ProjectCardView, 'nodes' | 'links' | 'volumes'>

/** The canvas of a project in small: where its services and volumes stand, how they are linked and how they are. */
export function Miniature({ nodes, links, volumes }: MiniatureProps) {
  const box = miniatureBox([...nodes, ...volumes], PROPORTION)
  const places = new Map<string, Point>(nodes.map((node) => [node.id, node]))
  // Strokes and marks keep their size on the screen, however large the canvas is.
  const unit = box.width / CARD_WIDTH
  const drawing = miniatureNode(unit)
  return (
    <svg viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`} aria-hidden="true" className="block h-full w-full">
      <g fill="none" stroke="var(--color-line-strong)" strokeWidth={unit}>
        <g strokeDasharray={`${3 * unit} ${2.5 * unit}`}>
          {links.map((link) => (
            <Line key={`${link.from} ${link.to}`} from={places.get(link.from)} to={places.get(link.to)} />
          ))}
        </g>
        {volumes.map((volume) => (
          <Line key={volume.id} from={volume} to={places.get(volume.serviceId ?? '')} />
        ))}
      </g>
      {volumes.map(({ id, x, y, serviceId }) => (
        <g key={id} transform={`translate(${x} ${y})`}>
          <Frame drawing={drawing} fill="var(--color-surface)" isDashed={serviceId === null} />
        </g>
      ))}
      {nodes.map((node) => (
        <MiniatureNode key={node.id} node={node} drawing={drawing} />
      ))}
    </svg>
  )
}

function Line({ from, to }: { from: Point | undefined; to: Point | undefined }) {
  return from && to ? <path d={linkPath(from, to)} /> : null
}

type FrameProps = { drawing: NodeDrawing; fill: string; isDashed: boolean }

function Frame({ drawing: { unit, radius }, fill, isDashed }: FrameProps) {
  return <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx={radius} fill={fill} stroke="var(--color-line-strong)" strokeWidth={unit} strokeDasharray={isDashed ? `${3 * unit} ${2.5 * unit}` : undefined} />
}

function MiniatureNode({ node, drawing }: { node: MiniatureProps['nodes'][number]; drawing: NodeDrawing }) {
  const { tone, shape } = SERVICE_STATE[node.state]
  const { mark, name } = drawing
  // Where there is no room for a name, the whole node has a breath of its colour: from afar it is found by that.
  const fill = name === null ? `color-mix(in oklab, ${toneColor(tone)} 22%, var(--color-overlay))` : 'var(--color-overlay)'
  return (
    <g transform={`translate(${node.x} ${node.y})`}>
      <Frame drawing={drawing} fill={fill} isDashed={node.state === 'not_deployed'} />
      {name === null ? null : <rect x={name.x} y={NODE_HEIGHT / 2 - name.height / 2} width={name.width} height={name.height} rx={name.height / 2} fill="var(--color-faint)" opacity="0.5" />}
      <g transform={`translate(${mark.x} ${(NODE_HEIGHT - mark.size) / 2}) scale(${mark.size / 12})`} color={toneColor(tone)} fill="none">
        {SHAPES[shape](0.35)}
      </g>
    </g>
  )
}
