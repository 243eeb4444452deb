'use client'

import { useCanvas, useCanvasStore } from '@/components/canvas/canvas-context'
import { setDraft } from '@/components/canvas/store'
import { usePresence } from '@/components/presence/live-context'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'

import { unsavedText } from './unsaved-text'

/** In place of a service that is there no more. What was typed for it can still be taken along. */
export function GoneService({ serviceId, onClose }: { serviceId: string; onClose: () => void }) {
  const store = useCanvasStore()
  const drafts = useCanvas((state) => state.drafts)
  const deletion = usePresence(({ lastEdits }) => (lastEdits[serviceId]?.type === 'service.deleted' ? lastEdits[serviceId] : null))
  const text = unsavedText(drafts, serviceId)
  const close = () => {
    for (const key of Object.keys(drafts)) if (key.startsWith(`${serviceId}:`)) setDraft(store, key, null)
    onClose()
  }
  return (
    <div className="my-auto">
      <EmptyState title="This service is gone" action={<Button onClick={close}>Close</Button>}>
        {deletion ? `${deletion.actor.name} deleted ${deletion.subject}.` : 'It was deleted, or it belongs to another environment.'}
      </EmptyState>
      {text === '' ? null : (
        <section aria-labelledby="unsaved-edits" className="mx-auto -mt-6 mb-12 max-w-md px-5">
          <div className="mb-1 flex items-center justify-between gap-2">
            <h3 id="unsaved-edits" className="font-medium">
              What you had not saved
            </h3>
            <CopyButton text={text} label="Copy what was not saved" />
          </div>
          <pre className="max-h-60 overflow-auto rounded-control border border-line bg-raised px-3 py-2 font-mono text-code whitespace-pre-wrap">{text}</pre>
        </section>
      )}
    </div>
  )
}
