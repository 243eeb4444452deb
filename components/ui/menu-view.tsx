'use client'

import clsx from 'clsx'
import { Check } from 'lucide-react'
import Link from 'next/link'
import { DropdownMenu as Dropdown } from 'radix-ui'
import { useId, useRef, type ReactNode } from 'react'

import { Kbd } from './kbd'
import { commonReason } from './common-reason'
import type { MenuEntry, OpenMenu } from './menu'

const CONTENT =
  'z-[60] max-h-(--radix-popper-available-height) min-w-48 max-w-80 animate-appear overflow-y-auto rounded-card border border-line-strong bg-overlay p-1 shadow-float outline-none'
const ITEM =
  'flex w-full select-none items-start gap-2.5 rounded-control px-2 py-1.5 text-ui outline-none data-disabled:cursor-not-allowed data-highlighted:bg-press data-disabled:opacity-55 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0'

export type MenuViewProps = { open: OpenMenu; items: readonly MenuEntry[]; align: 'start' | 'center' | 'end'; side: 'top' | 'right' | 'bottom' | 'left'; sideOffset: number; label: string | undefined; onClose: () => void }

/** A menu that is open, beside the place that it was asked for at. It is there for as long as it is open. */
export function MenuView({ open, items, align, side, sideOffset, label, onClose }: MenuViewProps) {
  const action = useRef<(() => void) | undefined>(undefined)
  const leftFor = useRef(false)
  // What was chosen happens after the menu has closed and given the focus back: a dialog opened by it then knows the button to
  // return to, rather than an entry that no longer exists.
  const giveBack = (event: Event) => {
    event.preventDefault()
    if (!leftFor.current) open.focus?.focus({ preventScroll: true })
    if (action.current) setTimeout(action.current, 0)
  }
  return (
    <Dropdown.Root open modal={false} onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Dropdown.Trigger asChild>
        <span aria-hidden="true" className="pointer-events-none fixed" style={open.at} />
      </Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content
          ref={open.byKeyboard ? focusFirst : undefined}
          align={align}
          side={side}
          sideOffset={sideOffset}
          collisionPadding={8}
          aria-label={label}
          aria-labelledby={undefined}
          className={CONTENT}
          onInteractOutside={() => {
            leftFor.current = true
          }}
          onCloseAutoFocus={giveBack}
        >
          <MenuEntries items={items} choose={(onSelect) => (action.current = onSelect)} />
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  )
}

/** Whoever opens it by a key goes on by keys. It takes the focus itself first. */
function focusFirst(content: HTMLElement | null): void {
  if (content) requestAnimationFrame(() => content.querySelector<HTMLElement>('[role=menuitem]:not([data-disabled])')?.focus())
}

type MenuEntriesProps = { items: readonly MenuEntry[]; choose: (onSelect: (() => void) | undefined) => void }

function MenuEntries({ items, choose }: MenuEntriesProps) {
  const noteId = useId()
  const note = commonReason(items)
  const entries = items.map((entry, index) => {
    if (entry.kind === 'separator') return <Dropdown.Separator key={index} className="my-1 h-px bg-line" />
    if (entry.kind === 'heading') {
      return (
        <Dropdown.Label key={index} className="truncate px-2 pt-1.5 pb-1 text-meta text-faint">
          {entry.label}
        </Dropdown.Label>
      )
    }
    const disabled = entry.disabled || Boolean(entry.disabledReason)
    const content = (
      <>
        {entry.icon}
        <span className="min-w-0 flex-1">
          {entry.label}
          {entry.disabledReason && entry.disabledReason !== note ? <span className="block text-meta">{entry.disabledReason}</span> : null}
        </span>
        {entry.checked ? <Check aria-label="Chosen" /> : null}
        {entry.shortcut ? <Kbd>{entry.shortcut}</Kbd> : null}
      </>
    )
    return (
      <Dropdown.Item key={index} disabled={disabled} aria-describedby={note !== null && entry.disabledReason === note ? noteId : undefined} onSelect={() => choose(entry.onSelect)} asChild={entry.href !== undefined} className={clsx(ITEM, entry.danger && 'text-bad')}>
        {entry.href === undefined ? content : <MenuLink href={entry.href} external={entry.external}>{content}</MenuLink>}
      </Dropdown.Item>
    )
  })
  if (note === null) return entries
  return (
    <>
      <Dropdown.Label id={noteId} className="mb-1 border-b border-line px-2 pt-1 pb-2 text-meta text-muted">
        {note}
      </Dropdown.Label>
      {entries}
    </>
  )
}

function MenuLink({ href, external, children, ...rest }: { href: string; external?: boolean; children: ReactNode }) {
  if (external) {
    return (
      <a href={href} target="_blank" rel="noreferrer" {...rest}>
        {children}
      </a>
    )
  }
  return (
    <Link href={href} {...rest}>
      {children}
    </Link>
  )
}
