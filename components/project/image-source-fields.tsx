'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

import type { NamedKey } from './git-source-fields'

export type TypedImageSource = { reference: string; registryId: string; isFollowed: boolean; hasWindow: boolean; from: string; to: string; timeZone: string }

export type ImageSourceFieldsProps = {
  value: TypedImageSource
  onChange: (part: Partial<TypedImageSource>) => void
  registries: readonly NamedKey[]
  fieldError: (path: string) => string | undefined
  readOnly?: boolean
}

const PUBLIC = 'none'

/** Name of an image, the credentials for it, and whether its tag is followed. */
export function ImageSourceFields({ value, onChange, registries, fieldError, readOnly = false }: ImageSourceFieldsProps) {
  return (
    <div className="space-y-4">
      <Field label="Image" required error={fieldError('source.reference')} hint="Such as postgres:16 or ghcr.io/owner/app:1.2. What its tag leads to is kept with each deployment.">
        <Input data-autofocus mono name="reference" value={value.reference} readOnly={readOnly} onChange={(event) => onChange({ reference: event.target.value })} autoComplete="off" spellCheck={false} />
      </Field>
      <Field label="Registry" error={fieldError('source.registryId')} hint={registries.length === 0 ? 'Public images need none. Add one in Settings → Registries.' : 'The credentials to fetch it with.'}>
        <Select
          value={value.registryId === '' ? PUBLIC : value.registryId}
          onValueChange={(registryId) => onChange({ registryId: registryId === PUBLIC ? '' : registryId })}
          options={[{ value: PUBLIC, label: 'Public' }, ...registries.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      </Field>
      <Checkbox label="Follow this tag" hint="Deploy it by itself when the tag leads to another image." checked={value.isFollowed} onCheckedChange={(isFollowed) => onChange({ isFollowed })} disabled={readOnly} />
      {value.isFollowed ? <Checkbox label="Only at certain times" checked={value.hasWindow} onCheckedChange={(hasWindow) => onChange({ hasWindow })} disabled={readOnly} /> : null}
      {value.isFollowed && value.hasWindow ? (
        <div className="grid gap-4 sm:grid-cols-3">
          {([['from', 'From'], ['to', 'To'], ['timeZone', 'Time zone']] as const).map(([key, label]) => (
            <Field key={key} label={label} required error={fieldError(`source.follow.window.${key}`)}>
              <Input mono name={key} value={value[key]} readOnly={readOnly} onChange={(event) => onChange({ [key]: event.target.value })} autoComplete="off" />
            </Field>
          ))}
        </div>
      ) : null}
    </div>
  )
}
