'use client'

import clsx from 'clsx'
import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import { useRef, type ReactNode } from 'react'

import { IconButton } from './icon-button'

export type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons, right aligned; the primary one last. */
  footer?: ReactNode
  size?: 'small' | 'medium' | 'large'
}

const WIDTH = { small: 'max-w-[26rem]', medium: 'max-w-[34rem]', large: 'max-w-[46rem]' }

/**
 * A question or a form over the page. Escape and a click outside close it; the focus goes back to where it came from.
 * It opens with the focus on the control marked `data-autofocus`, or on the first one.
 */
export function Dialog({ open, onOpenChange, title, description, children, footer, size = 'medium' }: DialogProps) {
  const cameFrom = useRef<Element | null>(null)
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <div className="pointer-events-none fixed inset-0 z-50 flex items-end justify-center p-2 sm:items-center sm:p-6">
          <Primitive.Content
            {...(description ? {} : { 'aria-describedby': undefined })}
            onOpenAutoFocus={(event) => {
              cameFrom.current = document.activeElement
              focusMarked(event)
            }}
            // Radix would return the focus to a trigger of its own, and there is none here.
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              if (cameFrom.current instanceof HTMLElement || cameFrom.current instanceof SVGElement) cameFrom.current.focus()
            }}
            className={clsx(
              'pointer-events-auto relative flex max-h-full w-full animate-appear flex-col overflow-hidden rounded-panel border border-line-strong bg-raised shadow-float outline-none',
              WIDTH[size],
            )}
          >
            <header className="px-5 pt-4 pr-12 pb-1">
              <Primitive.Title className="text-title font-semibold">{title}</Primitive.Title>
              {description ? <Primitive.Description className="mt-1 text-muted">{description}</Primitive.Description> : null}
            </header>
            {children ? <div className={clsx('min-h-0 overflow-y-auto px-5 pt-3', footer ? 'pb-3' : 'pb-5')}>{children}</div> : null}
            {footer ? <footer className="mt-1 flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer> : null}
            {/* Last, so that the first field of a form has the focus when the dialog opens. */}
            <Primitive.Close asChild>
              <IconButton label="Close" icon={<X />} size="small" className="absolute! top-3 right-3" />
            </Primitive.Close>
          </Primitive.Content>
        </div>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function focusMarked(event: Event): void {
  const marked = event.currentTarget instanceof HTMLElement ? event.currentTarget.querySelector('[data-autofocus]') : null
  if (!(marked instanceof HTMLElement)) return
  event.preventDefault()
  marked.focus()
}
