'use client'

import { Slot } from 'radix-ui'
import { createElement, useEffect, useRef, useState, type ComponentProps, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode } from 'react'

import type { MenuView } from './menu-view'
import { toast } from './toast'

// A menu is drawn by ./menu-view, which is loaded when somebody comes near one: most of what a menu takes is not needed to see a page.

export type Item = {
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

export type MenuEntry = Item | { kind: 'separator' } | { kind: 'heading'; label: string }

/** What is in a menu, or what brings it: the menu opens when it is there. Resolves with false when it does not come, which has been told. */
export type MenuItems = readonly MenuEntry[] | (() => Promise<boolean>)

export function isToCome(items: MenuItems): items is () => Promise<boolean> {
  return typeof items === 'function'
}

/** Where a menu was opened and how: `focus` gets the focus back when it closes. */
export type OpenMenu = { at: { left: number; top: number; width: number; height: number }; byKeyboard: boolean; focus: HTMLElement | SVGElement | null }

type View = typeof MenuView

const load = () => import('./menu-view').then((module) => module.MenuView)

export type MenuProps = {
  /** The button that opens it. */
  trigger: ReactNode
  items: MenuItems
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  /** Names the menu when the trigger does not. */
  label?: string
}

/** A menu that drops from a button. */
export function Menu({ trigger, items, align = 'end', side = 'bottom', label }: MenuProps) {
  const { open, setOpen, draw } = useOpenMenu(items)
  // A press on the button of an open menu closes it, like any press outside, before the click arrives.
  const wasOpen = useRef(false)
  const show = (button: HTMLElement, byKeyboard: boolean) => setOpen({ at: placeOf(button), byKeyboard, focus: button })
  return (
    <>
      <Slot.Root
        aria-haspopup="menu"
        aria-expanded={open !== null}
        data-state={open === null ? 'closed' : 'open'}
        onPointerEnter={loadAhead}
        onFocus={loadAhead}
        onPointerDown={() => {
          wasOpen.current = open !== null
        }}
        onClick={(event: MouseEvent<HTMLElement>) => {
          if (!wasOpen.current) show(event.currentTarget, event.detail === 0)
          wasOpen.current = false
        }}
        onKeyDown={(event: KeyboardEvent<HTMLElement>) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          show(event.currentTarget, true)
        }}
      >
        {trigger}
      </Slot.Root>
      {draw({ align, side, sideOffset: 4, label: label ?? nameOf(open?.focus ?? null) })}
    </>
  )
}

/** How long a finger rests where a mouse would press its other button. */
const REST_MS = 700

/** The same menu on right-click (the menu key, a finger that rests) of its one child. */
export function ContextMenu({ children, items, label }: { children: ReactNode; items: MenuItems; label?: string }) {
  const { setOpen, draw } = useOpenMenu(items)
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(rest.current), [])
  const show = (left: number, top: number) => {
    clearTimeout(rest.current)
    const { activeElement } = document
    setOpen({ at: { left, top, width: 0, height: 0 }, byKeyboard: false, focus: activeElement instanceof HTMLElement || activeElement instanceof SVGElement ? activeElement : null })
  }
  const lift = () => clearTimeout(rest.current)
  return (
    <>
      <Slot.Root
        onContextMenu={(event: MouseEvent<HTMLElement>) => {
          if (event.defaultPrevented) return
          event.preventDefault()
          show(event.clientX, event.clientY)
        }}
        onPointerDown={({ pointerType, clientX, clientY }: PointerEvent<HTMLElement>) => {
          lift()
          if (pointerType !== 'mouse') rest.current = setTimeout(() => show(clientX, clientY), REST_MS)
        }}
        onPointerMove={lift}
        onPointerUp={lift}
        onPointerCancel={lift}
      >
        {children}
      </Slot.Root>
      {draw({ align: 'start', side: 'right', sideOffset: 2, label })}
    </>
  )
}

type Shown = { open: OpenMenu | null; setOpen: (open: OpenMenu | null) => void; draw: (look: Omit<ComponentProps<View>, 'open' | 'items' | 'onClose'>) => ReactNode }

/** How the menu is open, if it is, and what draws it. When that or the entries do not come, it closes again. */
function useOpenMenu(items: MenuItems): Shown {
  const [View, setView] = useState<View | null>(null)
  const [open, setOpen] = useState<OpenMenu | null>(null)
  const show = (next: OpenMenu | null) => {
    setOpen(next)
    if (next === null) return
    const close = () => setOpen((now) => (now === next ? null : now))
    if (isToCome(items)) void items().then((isThere) => (isThere ? undefined : close()))
    if (View !== null) return
    load().then(
      (view) => setView(() => view),
      () => {
        close()
        toast.error('The menu could not be loaded.', { description: 'Check the connection and try again.' })
      },
    )
  }
  const draw: Shown['draw'] = (look) => (open === null || View === null || isToCome(items) ? null : createElement(View, { key: `${open.at.left} ${open.at.top}`, open, items, onClose: () => setOpen(null), ...look }))
  return { open, setOpen: show, draw }
}

/** Before it is opened. When that fails, nobody has missed anything yet. */
function loadAhead(): void {
  load().catch(() => undefined)
}

function placeOf(element: HTMLElement): OpenMenu['at'] {
  const { left, top, width, height } = element.getBoundingClientRect()
  return { left, top, width, height }
}

function nameOf(element: Element | null): string | undefined {
  return element?.getAttribute('aria-label') ?? element?.textContent ?? undefined
}
