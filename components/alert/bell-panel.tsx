'use client'

import Link from 'next/link'
import { Popover } from 'radix-ui'
import { useEffect, useState, type ReactNode, type RefObject } from 'react'

import { fetchQuery } from '@/components/client/query'
import { paths } from '@/components/paths'
import { problemOf } from '@/components/ui/problem'
import { alertList } from '@/lib/contract/doors'
import type { AlertView } from '@/lib/contract/alert'

import { AlertRow } from './alert-row'

const RECENT = 10

export type BellPanelProps = { anchor: RefObject<HTMLElement | null>; firing: readonly AlertView[]; organizationId: string; environment?: { id: string; rulesHref: string } | undefined; onClose: () => void }

/** What fires and what did lately. */
export function BellPanel({ anchor, firing, organizationId, environment, onClose }: BellPanelProps) {
  const environmentId = environment?.id
  const [recent, setRecent] = useState<{ items: readonly AlertView[]; problem: string | null } | null>(null)
  useEffect(() => {
    const end = new AbortController()
    fetchQuery(alertList, { organizationId, environmentId, state: 'resolved', limit: RECENT }, end.signal).then(
      ({ items }) => setRecent({ items, problem: null }),
      (error: unknown) => (end.signal.aborted ? undefined : setRecent({ items: [], problem: problemOf(error).message })),
    )
    return () => end.abort()
  }, [organizationId, environmentId])
  return (
    <Popover.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Popover.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Popover.Portal>
        <Popover.Content
          aria-label="Alerts"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            anchor.current?.querySelector('button')?.focus()
          }}
          className="z-50 flex max-h-[min(32rem,var(--radix-popover-content-available-height))] w-[min(26rem,calc(100vw-1rem))] animate-appear flex-col overflow-hidden rounded-card border border-line-strong bg-overlay shadow-float outline-none"
        >
          <div className="min-h-0 overflow-y-auto">
            <Part title="Firing">{firing.length === 0 ? <p className="px-4 pb-3 text-muted">Nothing fires.</p> : <Rows alerts={firing} onFollow={onClose} />}</Part>
            <Part title="Recently resolved">
              {recent === null ? <p className="px-4 pb-3 text-faint">Loading…</p> : null}
              {recent !== null && recent.problem !== null ? <p role="alert" className="px-4 pb-3 text-bad">{recent.problem}</p> : null}
              {recent !== null && recent.problem === null && recent.items.length === 0 ? <p className="px-4 pb-3 text-muted">Nothing fired lately.</p> : null}
              {recent === null ? null : <Rows alerts={recent.items} onFollow={onClose} />}
            </Part>
          </div>
          <footer className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-4 py-2.5 text-meta">
            <Link href={paths.alerts()} onClick={onClose} className="underline-offset-2 hover:underline">
              All alerts
            </Link>
            {environment === undefined ? null : (
              <Link href={environment.rulesHref} onClick={onClose} className="underline-offset-2 hover:underline">
                Rules of this environment
              </Link>
            )}
            <Link href={paths.settings('notifications')} onClick={onClose} className="underline-offset-2 hover:underline">
              Notifications
            </Link>
          </footer>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b border-line last:border-b-0">
      <h2 className="px-4 pt-3 pb-1.5 text-meta text-faint">{title}</h2>
      {children}
    </section>
  )
}

function Rows({ alerts, onFollow }: { alerts: readonly AlertView[]; onFollow: () => void }) {
  return (
    <ul className="divide-y divide-line">
      {alerts.map((alert) => (
        <AlertRow key={alert.id} alert={alert} onFollow={onFollow} />
      ))}
    </ul>
  )
}
