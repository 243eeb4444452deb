'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'

import type { NamedChannel } from './channel-words'

export type ChannelChoiceProps = { /** Null: all of them. */ value: readonly string[] | null; channels: readonly NamedChannel[]; onChange: (value: string[] | null) => void; error: string | undefined }

const WHO = [
  { value: 'all', label: 'Every channel' },
  { value: 'some', label: 'Chosen channels' },
] as const

/** Which channels are told of a rule. */
export function ChannelChoice({ value, channels, onChange, error }: ChannelChoiceProps) {
  return (
    <>
      <Field label="Tell" error={error} hint={value !== null && value.length === 0 ? 'None is chosen: it shows in the console only.' : undefined}>
        <Select value={value === null ? 'all' : 'some'} onValueChange={(who) => onChange(who === 'all' ? null : [])} options={WHO} />
      </Field>
      {value === null ? null : (
        <fieldset className="sm:col-span-2">
          <legend className="mb-1.5 font-medium">Channels</legend>
          {channels.length === 0 ? <p className="text-muted">There are none yet. Owners and admins add them in Settings, under Notifications.</p> : null}
          <div className="flex max-h-40 flex-wrap gap-x-5 gap-y-1.5 overflow-y-auto">
            {channels.map(({ id, name }) => (
              <Checkbox key={id} label={name} checked={value.includes(id)} onCheckedChange={(isChosen) => onChange(channels.map((each) => each.id).filter((each) => (each === id ? isChosen : value.includes(each))))} />
            ))}
          </div>
        </fieldset>
      )}
    </>
  )
}
