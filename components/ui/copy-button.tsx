'use client'

import { Check, Copy, X } from 'lucide-react'
import { useEffect, useState } from 'react'

import { copyText } from './copy-text'
import { IconButton } from './icon-button'

export type CopyButtonProps = { text: string; label?: string; size?: 'medium' | 'small'; className?: string }

/** Copies a text and says whether that worked. */
export function CopyButton({ text, label = 'Copy', size = 'small', className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), 1600)
    return () => clearTimeout(timer)
  }, [outcome])
  const words = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The browser refused. Select the text and copy it.' : label
  return (
    <>
      <IconButton
        label={words}
        size={size}
        className={className}
        icon={outcome === 'copied' ? <Check className="text-good" /> : outcome === 'refused' ? <X className="text-bad" /> : <Copy />}
        onClick={async () => setOutcome((await copyText(text)) ? 'copied' : 'refused')}
      />
      <span role="status" className="sr-only">
        {outcome === null ? '' : words}
      </span>
    </>
  )
}
