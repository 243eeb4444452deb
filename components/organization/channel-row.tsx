'use client'

import { Pencil, Send, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { Switch } from '@/components/ui/switch'
import { toast } from '@/components/ui/toast'
import { channelDelete, channelTest, channelUpdate } from '@/lib/contract/doors'
import type { ChannelView } from '@/lib/contract/channel'

import { ChannelDialog } from './channel-dialog'

const LOOK_MS = 1_500

export type ChannelRowProps = { organizationId: string; channel: ChannelView; disabledReason: string | null }

/** One channel: where it leads, whether that works, and what the last test was answered. */
export function ChannelRow({ organizationId, channel, disabledReason }: ChannelRowProps) {
  const run = useRun()
  const router = useRouter()
  const [editing, setEditing] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const { id: channelId, name, isOn, failing, waiting, sentAt, test } = channel
  const isTesting = test?.status === 'queued'
  // The worker sends it within a moment.
  useEffect(() => {
    if (!isTesting) return
    const timer = setInterval(() => router.refresh(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isTesting, router])
  const attempt = (work: Promise<unknown>, failed: string) =>
    work.then(
      () => router.refresh(),
      (error: unknown) => void toast.error(failed, { description: problemOf(error).message }),
    )
  const remove = async () => {
    await run(channelDelete, { organizationId, channelId })
    toast.success('Channel deleted.')
    router.refresh()
  }
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-48 flex-1">
          <Switch checked={isOn} onCheckedChange={(next) => void attempt(run(channelUpdate, { organizationId, channelId, isOn: next }), 'The channel is as it was.')} disabled={disabledReason !== null} label={<span className="font-medium break-words">{name}</span>} hint={<span className="break-all">{placeWords(channel)}</span>} />
        </div>
        <div className="flex items-center gap-1">
          <Button size="small" icon={<Send />} disabledReason={disabledReason ?? (isTesting ? 'A test is on its way.' : null)} onClick={() => void attempt(run(channelTest, { organizationId, channelId }), 'The test is not sent.')}>
            Send a test
          </Button>
          <IconButton label={`Change ${name}`} icon={<Pencil />} disabledReason={disabledReason} onClick={() => setEditing(true)} />
          <IconButton label={`Delete ${name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setDeleting(true)} />
        </div>
      </div>
      <div role="status" className="mt-1 space-y-0.5 pl-9.5 text-meta">
        {test === null ? null : <p className={`break-words ${test.status === 'failed' ? 'text-bad' : 'text-muted'}`}>{testWords(test)}</p>}
        {failing === null ? null : (
          <p className="break-words text-bad">
            Nothing gets through since <RelativeTime at={failing.since} />: {failing.message} {waiting === 0 ? '' : waiting === 1 ? 'One message waits and is tried again.' : `${waiting} messages wait and are tried again.`}
          </p>
        )}
        {failing !== null || sentAt === null ? null : (
          <p className="text-faint">
            Last sent <RelativeTime at={sentAt} />
          </p>
        )}
      </div>
      {editing ? <ChannelDialog organizationId={organizationId} channel={channel} onClose={() => setEditing(false)} /> : null}
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={`Delete ${name}?`} confirmLabel="Delete channel" onConfirm={remove}>
        <p>Nobody is told by it any more. Its secret is lost for good{waiting === 0 ? '' : `, and ${waiting === 1 ? 'the message that waits' : `the ${waiting} messages that wait`} in it`}.</p>
      </ConfirmDialog>
    </li>
  )
}

function testWords({ status, answer }: NonNullable<ChannelView['test']>): string {
  if (status === 'queued') return 'A test is being sent…'
  return status === 'sent' ? `The test arrived. ${answer ?? ''}` : `The test did not get through. ${answer ?? ''}`
}

function placeWords({ settings, hasSecret }: ChannelView): string {
  switch (settings.kind) {
    case 'email':
      return `E-mail to ${settings.to.join(', ')} by ${settings.host}:${settings.port}`
    case 'webhook':
      return `Webhook ${settings.url}${hasSecret ? ', signed' : ''}`
    case 'slack':
      return `Slack, by ${settings.host}`
    case 'discord':
      return `Discord, by ${settings.host}`
  }
}
