import { X } from 'lucide-react'

import { IconButton } from '@/components/ui/icon-button'

import type { UploadState } from './use-uploads'

/** What is on its way, and what did not arrive. */
export function UploadList({ uploads, onDismiss }: { uploads: readonly UploadState[]; onDismiss: (id: string) => void }) {
  if (uploads.length === 0) return null
  return (
    <ul aria-label="Uploads" className="divide-y divide-line rounded-card border border-line bg-raised">
      {uploads.map(({ id, name, share, problem }) => (
        <li key={id} className="px-3 py-2">
          <div className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate" title={name}>
              {name}
            </span>
            <span className="text-meta text-muted">{problem === null ? `${Math.round(share * 100)} %` : 'Not sent'}</span>
            {problem === null ? null : <IconButton size="small" label={`Dismiss ${name}`} icon={<X />} onClick={() => onDismiss(id)} />}
          </div>
          {problem === null ? (
            <div aria-hidden="true" className="mt-1 h-1 overflow-hidden rounded-full bg-press">
              <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
            </div>
          ) : (
            <p role="alert" className="text-meta text-bad">
              {problem}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}
