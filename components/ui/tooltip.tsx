'use client'

import { Tooltip as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

export type TooltipProps = {
  /** The words. Without any, the child is shown as it is. */
  text: ReactNode
  /** Exactly one element that takes a ref and can be focused. */
  children: ReactNode
  side?: 'top' | 'right' | 'bottom' | 'left'
}

/** Words beside a control, on hover and on focus. Never the only carrier of a meaning. */
export function Tooltip({ text, children, side = 'top' }: TooltipProps) {
  if (text === null || text === undefined || text === '') return <>{children}</>
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-[70] max-w-72 animate-appear rounded-control border border-line-strong bg-overlay px-2 py-1 text-meta text-ink shadow-float"
        >
          {text}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** Lets neighbouring tooltips follow each other without a wait. Once, at the root. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Primitive.Provider delayDuration={350} skipDelayDuration={300}>
      {children}
    </Primitive.Provider>
  )
}
