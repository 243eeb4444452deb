'use client'

import { Slot } from 'radix-ui'
import { createElement, useEffect, useId, useRef, useState, type FocusEvent, type PointerEvent, type ReactNode } from 'react'

import { usePart } from '@/components/client/use-later'

import type { Side } from './tooltip-place'

// Our own, because every button has one: a library for it would be the largest part of what a page loads of us.

export type TooltipProps = {
  /** The words. Without any, the child is shown as it is. */
  text: ReactNode
  /** Exactly one element that takes handlers and can be focused. */
  children: ReactNode
  side?: Side
}

const WAIT_MS = 350
/** Neighbouring tooltips follow each other without a wait. */
const NEXT_MS = 300
/** Time to move the pointer from the control onto the words. */
const LINGER_MS = 120
let closedAt = 0

const loadWords = () => import('./tooltip-words').then((module) => module.Words)

/** Words beside a control, on hover and on focus. Never the only carrier of a meaning. */
export function Tooltip({ text, children, side = 'top' }: TooltipProps) {
  const id = useId()
  const { control, show, hide, hold } = useShown()
  const Words = usePart(loadWords, control !== null)
  if (text === null || text === undefined || text === '') return <>{children}</>
  return (
    <>
      <Slot.Root
        // What the child is described by otherwise stays.
        {...(control && Words ? { 'aria-describedby': id } : {})}
        onPointerEnter={(event: PointerEvent) => (event.pointerType === 'mouse' ? show(event.currentTarget, performance.now() - closedAt < NEXT_MS ? 0 : WAIT_MS) : undefined)}
        onPointerLeave={() => hide(LINGER_MS)}
        onPointerDown={() => hide(0)}
        onClick={() => hide(0)}
        onFocus={(event: FocusEvent) => (event.target.matches(':focus-visible') ? show(event.currentTarget, 0) : undefined)}
        onBlur={() => hide(0)}
      >
        {children}
      </Slot.Root>
      {control && Words ? createElement(Words, { id, control, side, onEnter: hold, onLeave: () => hide(LINGER_MS), onEnd: () => hide(0), words: text }) : null}
    </>
  )
}

/** The control whose words are shown, and what shows and hides them. */
function useShown() {
  const [control, setControl] = useState<Element | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const after = (ms: number, next: Element | null) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      if (next === null && control !== null) closedAt = performance.now()
      setControl(next)
    }, ms)
  }
  return { control, show: (element: Element, ms: number) => after(ms, element), hide: (ms: number) => after(ms, null), hold: () => clearTimeout(timer.current) }
}
