'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Tabs as Primitive } from 'radix-ui'
import { useEffect, useRef, type ReactNode } from 'react'

// The line below is a shadow: a border would be covered or cut off where the bar scrolls.
const BAR = 'flex gap-4 overflow-x-auto shadow-[inset_0_-1px_0_var(--color-line)]'
const TAB =
  'inline-flex h-9 shrink-0 items-center gap-1.5 border-b-[1.5px] border-transparent text-muted transition-colors hover:text-ink focus-visible:outline-offset-[-2px] aria-[current=page]:border-accent aria-[current=page]:text-ink data-[state=active]:border-accent data-[state=active]:text-ink'

export type TabLink = { href: string; label: ReactNode; count?: number }

export type TabLinksProps = { tabs: readonly TabLink[]; label: string; /** The `href` of the current one, when paths alone do not tell. */ currentHref?: string; className?: string }

/** Tabs that are pages: each has its own URL. The one whose URL the page has, or lies below, is current. */
export function TabLinks({ tabs, label, currentHref, className }: TabLinksProps) {
  const pathname = usePathname()
  const named = tabs.find((tab) => tab.href === currentHref)
  const current = named ?? tabs.filter((tab) => pathname === tab.href || pathname.startsWith(`${tab.href}/`)).sort((a, b) => b.href.length - a.href.length)[0]
  const bar = useRef<HTMLElement>(null)
  // On a narrow screen the current tab may lie outside of what the bar shows.
  useEffect(() => {
    void bar.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [pathname, currentHref])
  return (
    <nav ref={bar} aria-label={label} className={clsx(BAR, className)}>
      {tabs.map((tab) => (
        <Link key={tab.href} href={tab.href} aria-current={tab === current ? 'page' : undefined} className={TAB}>
          {tab.label}
          {tab.count !== undefined ? <span className="text-meta text-faint">{tab.count}</span> : null}
        </Link>
      ))}
    </nav>
  )
}

export type TabsProps<V extends string = string> = {
  value: V
  onValueChange: (value: V) => void
  tabs: readonly { value: V; label: ReactNode; content: ReactNode }[]
  label: string
  className?: string
}

/** Tabs inside a page, where a URL of their own would be too much. */
export function Tabs<V extends string = string>({ value, onValueChange, tabs, label, className }: TabsProps<V>) {
  return (
    <Primitive.Root value={value} onValueChange={(next) => onValueChange(next as V)} className={className}>
      <Primitive.List aria-label={label} className={BAR}>
        {tabs.map((tab) => (
          <Primitive.Trigger key={tab.value} value={tab.value} className={TAB}>
            {tab.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} className="pt-4 outline-none">
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}
