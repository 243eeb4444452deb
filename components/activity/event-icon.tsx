import { Archive, Bell, Box, Building2, Clock, FolderOpen, KeyRound, Mail, Rocket, Send, SquareTerminal, TriangleAlert, UserRound, UsersRound, Variable } from 'lucide-react'
import clsx from 'clsx'

import { TONE_TEXT } from '@/components/ui/tone'

import { wordsOf } from './event-words'

const ICON_OF_NOUN: Record<string, typeof Box> = {
  account: UserRound,
  alert: Bell,
  channel: Bell,
  drain: Send,
  token: KeyRound,
  organization: Building2,
  member: UsersRound,
  invitation: Mail,
  ssh_key: SquareTerminal,
  registry: Box,
  store: Archive,
  project: FolderOpen,
  environment: FolderOpen,
  service: Box,
  variables: Variable,
  variable: Variable,
  terminal: SquareTerminal,
  deployment: Rocket,
  run: Clock,
}

/** What an event is about, coloured where it says something good or bad. */
export function EventIcon({ type }: { type: string }) {
  const { tone } = wordsOf(type)
  const Icon = tone === 'bad' || tone === 'warning' ? TriangleAlert : (ICON_OF_NOUN[type.split('.')[0] ?? ''] ?? Box)
  return (
    <span className={clsx('mt-px flex size-7 shrink-0 items-center justify-center rounded-full border border-line bg-raised', tone ? TONE_TEXT[tone] : 'text-faint')}>
      <Icon aria-hidden="true" className="size-3.5" />
    </span>
  )
}
