'use client'

import { FolderUp } from 'lucide-react'

import { useCanvasStore } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'
import { Text, type SectionProps } from '@/components/service/settings-section'
import { Button } from '@/components/ui/button'

/** Which upload a service is made from, and another one in its place. */
export function UploadSourceFields({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const store = useCanvasStore()
  const { source } = service
  if (source.type !== 'upload') return null
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 text-muted">
          The folder <span className="font-mono text-code break-all text-ink">{source.name}</span> as it was uploaded <span className="font-mono text-code whitespace-nowrap">({source.uploadId.slice(-6)})</span>.
        </p>
        {readOnly ? null : (
          <Button icon={<FolderUp />} onClick={() => ask(store, { kind: 'upload', at: null, given: null, serviceId: service.id })}>
            Upload again
          </Button>
        )}
      </div>
      <Text mono label="Root directory" error={fieldError('source.rootDirectory')} hint="The folder of the app inside it, such as apps/web." value={draft.source.rootDirectory} onChange={(rootDirectory) => onChange({ ...draft, source: { ...draft.source, rootDirectory } })} readOnly={readOnly} />
    </div>
  )
}
