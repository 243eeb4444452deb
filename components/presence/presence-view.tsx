'use client'

import { useInternalNode, useStore, ViewportPortal } from '@xyflow/react'

import { usePresence } from './live-context'
import { attentionOf } from './presence-store'

/** The pointers of others, and a frame around what they have selected or open. */
export function PresenceView() {
  const tabs = usePresence((state) => state.tabs)
  const zoom = useStore((state) => state.transform[2])
  return (
    <ViewportPortal>
      {/* The bar above says who is here, and the panel who has it open. */}
      <div aria-hidden="true" className="pointer-events-none absolute top-0 left-0 z-[1500]">
        {Object.entries(attentionOf(tabs)).map(([nodeId, names]) => (
          <Attention key={nodeId} nodeId={nodeId} names={names} zoom={zoom} />
        ))}
        {Object.values(tabs).map(({ key, user, pointer }) => (pointer === null ? null : <Pointer key={key} name={user.name} x={pointer.x} y={pointer.y} zoom={zoom} />))}
      </div>
    </ViewportPortal>
  )
}

const TAG = 'w-max max-w-40 rounded-small bg-ink px-1.5 text-[0.6875rem] leading-[18px] font-medium text-canvas'

/** As large on the screen whatever the zoom. Between two words it glides, except for who wants nothing to move. */
function Pointer({ name, x, y, zoom }: { name: string; x: number; y: number; zoom: number }) {
  return (
    <div data-presence-pointer={name} className="absolute top-0 left-0 transition-transform duration-75 ease-linear motion-reduce:transition-none" style={{ transform: `translate(${x}px, ${y}px)` }}>
      <div className="origin-top-left" style={{ transform: `scale(${1 / zoom})` }}>
        <svg width="14" height="16" viewBox="0 0 14 16" className="block text-ink">
          <path d="M1 1l11.5 6.2-5.2 1.4-2.6 5.2z" fill="currentColor" stroke="var(--color-canvas)" strokeWidth="1" strokeLinejoin="round" />
        </svg>
        <span className={`${TAG} absolute top-3.5 left-2.5 block truncate`}>{name}</span>
      </div>
    </div>
  )
}

function Attention({ nodeId, names, zoom }: { nodeId: string; names: readonly string[]; zoom: number }) {
  const node = useInternalNode(nodeId)
  const width = node?.measured.width
  const height = node?.measured.height
  if (!node || width === undefined || height === undefined) return null
  const { x, y } = node.internals.positionAbsolute
  return (
    <div data-presence-node={nodeId} className="absolute top-0 left-0" style={{ transform: `translate(${x}px, ${y}px)`, width, height }}>
      <div className="absolute -inset-1.5 rounded-panel border border-ink/55" style={{ borderWidth: `${1.5 / Math.min(zoom, 1)}px` }} />
      <span className={`${TAG} absolute bottom-full left-2 mb-1.5 flex origin-bottom-left gap-1`} style={{ transform: `scale(${1 / zoom})` }}>
        <span className="truncate">{names[0]}</span>
        {names.length > 1 ? <span className="shrink-0">+{names.length - 1}</span> : null}
      </span>
    </div>
  )
}
