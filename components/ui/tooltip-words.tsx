'use client'

import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

import { tooltipPlace, type Side } from './tooltip-place'

export type WordsProps = { id: string; control: Element; side: Side; onEnter: () => void; onLeave: () => void; onEnd: () => void; words: ReactNode }

/** The words of a tooltip, beside its control. Loaded when somebody comes near one. */
export function Words({ id, control, side, onEnter, onLeave, onEnd, words }: WordsProps) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { width, height } = box.current!.getBoundingClientRect()
    const place = tooltipPlace(control.getBoundingClientRect(), { width, height }, { side, room: { width: window.innerWidth, height: window.innerHeight } })
    Object.assign(box.current!.style, { left: `${place.left}px`, top: `${place.top}px`, visibility: 'visible' })
  }, [control, side, words])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && onEnd()
    document.addEventListener('keydown', onKey)
    document.addEventListener('scroll', onEnd, true)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('scroll', onEnd, true)
    }
  })
  return createPortal(
    <div
      ref={box}
      id={id}
      role="tooltip"
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      style={{ visibility: 'hidden' }}
      className="fixed top-0 left-0 z-[70] w-max max-w-72 animate-appear rounded-control border border-line-strong bg-overlay px-2 py-1 text-meta text-ink shadow-float"
    >
      {words}
    </div>,
    document.body,
  )
}
