'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { storeCreate, storeUpdate } from '@/lib/contract/doors'
import type { StoreView } from '@/lib/contract/store'

export type StoreDialogProps = { organizationId: string; /** Null for a new one. */ store: StoreView | null; onClose: () => void }

const EMPTY = { name: '', endpoint: '', region: 'us-east-1', bucket: '', prefix: '', accessKeyId: '', isPathStyle: true }

/** Where a store is, and with which key; a secret that is there is never shown, and stays when the field is left empty. */
export function StoreDialog({ organizationId, store, onClose }: StoreDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [place, setPlace] = useState(store === null ? EMPTY : placeOf(store))
  const [secret, setSecret] = useState('')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    if (store === null) await run(storeCreate, { organizationId, ...place, secret })
    else await run(storeUpdate, { organizationId, storeId: store.id, ...place, ...(secret === '' ? {} : { secret }) })
    toast.success(store === null ? 'Store added. It is being tried.' : 'Store changed. It is being tried.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  const input = (name: Exclude<keyof typeof EMPTY, 'isPathStyle'>) => <Input name={name} value={place[name]} onChange={(event) => setPlace({ ...place, [name]: event.target.value })} autoComplete="off" spellCheck={false} />
  return (
    <Dialog open onOpenChange={onClose} title={store === null ? 'New snapshot store' : `Change ${store.name}`}>
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')}>
          {input('name')}
        </Field>
        <Field label="Endpoint" required error={fieldError('endpoint')} hint="Such as https://s3.eu-central-1.amazonaws.com, without the bucket.">
          {input('endpoint')}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Region" required error={fieldError('region')} hint="Stores without regions take us-east-1.">
            {input('region')}
          </Field>
          <Field label="Bucket" required error={fieldError('bucket')} hint="It has to exist.">
            {input('bucket')}
          </Field>
        </div>
        <Field label="Prefix" error={fieldError('prefix')} hint="What the names of objects begin with, such as backups/easel. Empty: nothing.">
          {input('prefix')}
        </Field>
        <Field label="Access key id" required error={fieldError('accessKeyId')} hint="A key that may read, write, list and delete objects of the bucket, and abort multipart uploads.">
          {input('accessKeyId')}
        </Field>
        <Field label="Secret" required={store === null} error={fieldError('secret')} hint={store === null ? 'It is kept encrypted and never shown again.' : 'Leave it empty to keep the one that is there.'}>
          <Input name="secret" type="password" value={secret} onChange={(event) => setSecret(event.target.value)} autoComplete="new-password" />
        </Field>
        <Checkbox checked={place.isPathStyle} onCheckedChange={(isPathStyle) => setPlace({ ...place, isPathStyle })} label="Name the bucket in the path" hint="As most stores want it. Otherwise it becomes a part of the host name, as Amazon wants it." />
        <ProblemMessage error={error} shownFields={['name', 'endpoint', 'region', 'bucket', 'prefix', 'accessKeyId', 'secret']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            {store === null ? 'Add store' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function placeOf({ name, endpoint, region, bucket, prefix, accessKeyId, isPathStyle }: StoreView): typeof EMPTY {
  return { name, endpoint, region, bucket, prefix, accessKeyId, isPathStyle }
}
