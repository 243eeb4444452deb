'use client'

import clsx from 'clsx'
import { Bell as BellIcon } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useRef, useState, useSyncExternalStore } from 'react'

import { IconButton } from '@/components/ui/icon-button'
import type { AlertView } from '@/lib/contract/alert'

const BellPanel = dynamic(() => import('./bell-panel').then((module) => module.BellPanel), { ssr: false })

export type BellProps = { /** Tells what was seen here from what was seen there: an organization or an environment. */ place: string; firing: readonly AlertView[]; organizationId: string; /** Only of this one, whose rules are at `rulesHref`. */ environment?: { id: string; rulesHref: string } }

/** What fires, in one sign: how many there are that this browser has not shown, and the list of them on a press. */
export function Bell({ place, firing, organizationId, environment }: BellProps) {
  const anchor = useRef<HTMLSpanElement>(null)
  const [open, setOpen] = useState(false)
  const seenAt = useSeenAt(place)
  const unread = firing.filter(({ firedAt }) => firedAt !== null && firedAt > seenAt).length
  const show = () => {
    setOpen(true)
    noteSeen(place, firing.reduce((newest, { firedAt }) => (firedAt !== null && firedAt > newest ? firedAt : newest), seenAt))
  }
  return (
    <span ref={anchor} className="relative inline-flex">
      <IconButton label={labelOf(firing.length, unread)} icon={<BellIcon className={clsx(firing.length > 0 && 'text-bad')} />} aria-haspopup="dialog" aria-expanded={open} onClick={show} />
      {firing.length === 0 ? null : (
        <span aria-hidden="true" className={clsx('pointer-events-none absolute top-0 right-0 min-w-4 rounded-full border px-1 text-center text-[0.625rem] leading-3.5 tabular-nums', unread > 0 ? 'border-bad bg-bad text-canvas' : 'border-line-strong bg-surface text-muted')}>
          {unread > 0 ? unread : firing.length}
        </span>
      )}
      {open ? <BellPanel anchor={anchor} firing={firing} organizationId={organizationId} environment={environment} onClose={() => setOpen(false)} /> : null}
    </span>
  )
}

function labelOf(firing: number, unread: number): string {
  if (firing === 0) return 'Alerts: nothing fires'
  return `Alerts: ${firing === 1 ? 'one fires' : `${firing} fire`}${unread === 0 ? '' : `, ${unread} unread`}`
}

const KEY = 'easel.alerts.seen.'
const CHANGED = 'easel-alerts-seen'

function noteSeen(place: string, at: string): void {
  try {
    localStorage.setItem(KEY + place, at)
  } catch {
    // A browser that keeps nothing shows them as unread again.
  }
  window.dispatchEvent(new Event(CHANGED))
}

/** When what was seen last had fired; kept in this browser. */
function useSeenAt(place: string): string {
  return useSyncExternalStore(listen, () => read(place), () => '')
}

function read(place: string): string {
  try {
    return localStorage.getItem(KEY + place) ?? ''
  } catch {
    return ''
  }
}

function listen(onChange: () => void): () => void {
  window.addEventListener(CHANGED, onChange)
  window.addEventListener('storage', onChange)
  return () => {
    window.removeEventListener(CHANGED, onChange)
    window.removeEventListener('storage', onChange)
  }
}
