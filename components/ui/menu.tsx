'use client'

import clsx from 'clsx'
import { Check } from 'lucide-react'
import Link from 'next/link'
import { ContextMenu as Context, DropdownMenu as Dropdown } from 'radix-ui'
import { useRef, type ReactNode } from 'react'

import { Kbd } from './kbd'

export type MenuEntry =
  | {
      kind?: 'item'
      label: string
      icon?: ReactNode
      /** Either does something or leads somewhere. */
      onSelect?: () => void
      href?: string
      /** Opens `href` in a new tab. */
      external?: boolean
      danger?: boolean
      disabled?: boolean
      /** Why it cannot be chosen, as a sentence below the label. */
      disabledReason?: string | null
      /** Keys, such as `⌘D`. */
      shortcut?: string
      /** A mark at the chosen one of several. */
      checked?: boolean
    }
  | { kind: 'separator' }
  | { kind: 'heading'; label: string }

const CONTENT =
  'z-[60] max-h-(--radix-popper-available-height) min-w-48 max-w-80 animate-appear overflow-y-auto rounded-card border border-line-strong bg-overlay p-1 shadow-float outline-none'
const ITEM =
  'flex w-full select-none items-start gap-2.5 rounded-control px-2 py-1.5 text-ui outline-none data-disabled:cursor-not-allowed data-highlighted:bg-press data-disabled:opacity-55 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0'

export type MenuProps = {
  /** The button that opens it. */
  trigger: ReactNode
  items: readonly MenuEntry[]
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  /** Names the menu when the trigger does not. */
  label?: string
}

/** A menu that drops from a button. */
export function Menu({ trigger, items, align = 'end', side = 'bottom', label }: MenuProps) {
  const chosen = useChosen()
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content align={align} side={side} sideOffset={4} collisionPadding={8} aria-label={label} className={CONTENT} onCloseAutoFocus={chosen.run}>
          <MenuEntries items={items} of={Dropdown} choose={chosen.choose} />
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  )
}

/** The same menu on right-click (or the menu key) of its one child. */
export function ContextMenu({ children, items, label }: { children: ReactNode; items: readonly MenuEntry[]; label?: string }) {
  const chosen = useChosen()
  return (
    <Context.Root modal={false}>
      <Context.Trigger asChild>{children}</Context.Trigger>
      <Context.Portal>
        <Context.Content collisionPadding={8} aria-label={label} className={CONTENT} onCloseAutoFocus={chosen.run}>
          <MenuEntries items={items} of={Context} choose={chosen.choose} />
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  )
}

/**
 * What was chosen happens after the menu has closed and given the focus back: a dialog opened by it then knows the
 * button to return to, rather than an entry that no longer exists.
 */
function useChosen() {
  const action = useRef<(() => void) | undefined>(undefined)
  return {
    choose: (onSelect: (() => void) | undefined) => {
      action.current = onSelect
    },
    run: () => {
      const run = action.current
      action.current = undefined
      if (run) setTimeout(run, 0)
    },
  }
}

type Parts = Pick<typeof Dropdown, 'Item' | 'Separator' | 'Label'>

type MenuEntriesProps = { items: readonly MenuEntry[]; of: Parts; choose: (onSelect: (() => void) | undefined) => void }

function MenuEntries({ items, of, choose }: MenuEntriesProps) {
  return items.map((entry, index) => {
    if (entry.kind === 'separator') return <of.Separator key={index} className="my-1 h-px bg-line" />
    if (entry.kind === 'heading') {
      return (
        <of.Label key={index} className="truncate px-2 pt-1.5 pb-1 text-meta text-faint">
          {entry.label}
        </of.Label>
      )
    }
    const disabled = entry.disabled || Boolean(entry.disabledReason)
    const content = (
      <>
        {entry.icon}
        <span className="min-w-0 flex-1">
          {entry.label}
          {entry.disabledReason ? <span className="block text-meta">{entry.disabledReason}</span> : null}
        </span>
        {entry.checked ? <Check aria-label="Chosen" /> : null}
        {entry.shortcut ? <Kbd>{entry.shortcut}</Kbd> : null}
      </>
    )
    return (
      <of.Item key={index} disabled={disabled} onSelect={() => choose(entry.onSelect)} asChild={entry.href !== undefined} className={clsx(ITEM, entry.danger && 'text-bad')}>
        {entry.href === undefined ? content : <MenuLink href={entry.href} external={entry.external}>{content}</MenuLink>}
      </of.Item>
    )
  })
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
