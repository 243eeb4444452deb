'use client'

import dynamic from 'next/dynamic'
import { Slot } from 'radix-ui'
import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode } from 'react'

// A menu is drawn by ./menu-view, which is loaded when somebody comes near one: most of what a menu takes is not needed to see a page.

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

/** Where a menu was opened and how: `focus` gets the focus back when it closes. */
export type OpenMenu = { at: { left: number; top: number; width: number; height: number }; byKeyboard: boolean; focus: HTMLElement | SVGElement | null }

const load = () => import('./menu-view')
const MenuView = dynamic(() => load().then((module) => module.MenuView), { ssr: false })

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
  const [open, setOpen] = useState<OpenMenu | null>(null)
  // A press on the button of an open menu closes it, like any press outside, before the click arrives.
  const wasOpen = useRef(false)
  const show = (button: HTMLElement, byKeyboard: boolean) => setOpen({ at: placeOf(button), byKeyboard, focus: button })
  return (
    <>
      <Slot.Root
        aria-haspopup="menu"
        aria-expanded={open !== null}
        data-state={open === null ? 'closed' : 'open'}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
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
      {open === null ? null : <MenuView open={open} items={items} align={align} side={side} sideOffset={4} label={label ?? nameOf(open.focus)} onClose={() => setOpen(null)} />}
    </>
  )
}

/** How long a finger rests where a mouse would press its other button. */
const REST_MS = 700

/** The same menu on right-click (the menu key, a finger that rests) of its one child. */
export function ContextMenu({ children, items, label }: { children: ReactNode; items: readonly MenuEntry[]; label?: string }) {
  const [open, setOpen] = useState<OpenMenu | null>(null)
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
      {open === null ? null : <MenuView key={`${open.at.left} ${open.at.top}`} open={open} items={items} align="start" side="right" sideOffset={2} label={label} onClose={() => setOpen(null)} />}
    </>
  )
}

function placeOf(element: HTMLElement): OpenMenu['at'] {
  const { left, top, width, height } = element.getBoundingClientRect()
  return { left, top, width, height }
}

function nameOf(element: Element | null): string | undefined {
  return element?.getAttribute('aria-label') ?? element?.textContent ?? undefined
}
