'use client'

import { FileUp } from 'lucide-react'
import { useRef, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'

import { readComposeFile, type ComposeText } from './compose-file'

export type ComposeSourceProps = {
  value: ComposeText
  onChange: (value: ComposeText) => void
  /** What is wrong with it, as a sentence. */
  error: string | null
}

/** A compose file: chosen from the disk, dropped here, or pasted. */
export function ComposeSource({ value, onChange, error }: ComposeSourceProps) {
  const chooser = useRef<HTMLInputElement>(null)
  const [unread, setUnread] = useState<string | null>(null)
  const take = async (file: File | undefined) => {
    if (!file) return
    const read = await readComposeFile(file)
    setUnread(typeof read === 'string' ? read : null)
    if (typeof read !== 'string') onChange(read)
  }
  return (
    <div
      className="space-y-3"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return
        event.preventDefault()
        void take(event.dataTransfer.files[0])
      }}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button icon={<FileUp />} data-autofocus onClick={() => chooser.current?.click()}>
          Choose a file
        </Button>
        <span className="min-w-0 truncate text-muted">{value.name ?? 'or drop it here, or paste it below.'}</span>
        <input
          ref={chooser}
          type="file"
          accept=".yml,.yaml,application/yaml,text/yaml"
          aria-label="Compose file"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            void take(event.target.files?.[0])
            // The same file may be chosen again once it was mended.
            event.target.value = ''
          }}
        />
      </div>
      <Field label="Text of the file" error={unread ?? error ?? undefined}>
        <Textarea mono name="compose" rows={10} value={value.text} spellCheck={false} placeholder={EXAMPLE} onChange={(event) => (setUnread(null), onChange({ name: null, text: event.target.value }))} />
      </Field>
    </div>
  )
}

const EXAMPLE = 'services:\n  web:\n    image: nginx:1.27\n    ports: ["8080:80"]'
