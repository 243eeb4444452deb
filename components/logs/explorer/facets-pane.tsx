'use client'

import { X } from 'lucide-react'

import { IconButton } from '@/components/ui/icon-button'

import { Facets, type FacetsProps } from './facets'

/** What narrows down, at the side; over the lines where there is no room beside them. */
export function FacetsPane({ onClose, ...facets }: FacetsProps & { onClose: () => void }) {
  return (
    <aside aria-label="Narrow down" className="w-56 shrink-0 overflow-y-auto border-r border-line bg-surface @max-3xl:absolute @max-3xl:inset-y-0 @max-3xl:left-0 @max-3xl:z-20 @max-3xl:w-64 @max-3xl:shadow-float">
      <div className="flex items-center justify-between pt-1.5 pr-1.5 pl-3 @3xl:hidden">
        <h2 className="text-meta text-muted">Narrow down</h2>
        <IconButton size="small" label="Close" icon={<X />} onClick={onClose} />
      </div>
      <Facets {...facets} />
    </aside>
  )
}
