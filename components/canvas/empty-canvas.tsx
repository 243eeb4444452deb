'use client'

import clsx from 'clsx'

import { Button } from '@/components/ui/button'

import { useAddEntries } from './use-add-entries'
import { usePanelOpen } from './use-panel-open'

/** A canvas with nothing on it yet: one sentence, and everything that would change that. */
export function EmptyCanvas() {
  const entries = useAddEntries()(() => null)
  const isPanelOpen = usePanelOpen()
  return (
    <div className={clsx('pointer-events-none absolute inset-0 flex items-center justify-center p-4', isPanelOpen && 'min-[1280px]:right-[700px]')}>
      <div className="max-w-lg text-center">
        <h2 className="text-title font-medium">Nothing is drawn here yet</h2>
        <p className="mt-1 text-muted">Add a service, drop a folder or a compose file, or paste the address of a git repository or the name of an image. It gets its URL before it is built.</p>
        <div className="pointer-events-auto mt-4 flex flex-wrap justify-center gap-2">
          {entries.map((entry, index) =>
            entry.kind === 'heading' || entry.kind === 'separator' ? null : (
              <Button key={index} icon={entry.icon} variant={index === 0 ? 'primary' : 'secondary'} disabledReason={entry.disabledReason} onClick={entry.onSelect}>
                {entry.label}
              </Button>
            ),
          )}
        </div>
      </div>
    </div>
  )
}
