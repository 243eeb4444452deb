'use client'

import { useEffect } from 'react'
import { toast, Toaster as Sonner } from 'sonner'

import { showNews } from './toast'

/** Draws news. It comes into the page with the first of them. */
export function ToasterView() {
  useEffect(() => showNews(({ kind, text, more }) => toast[kind](text, more)), [])
  return (
    <Sonner
      position="bottom-right"
      closeButton
      gap={8}
      className="font-sans!"
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: 'flex w-full items-start gap-2.5 rounded-card border border-line-strong bg-overlay px-3 py-2.5 text-ui text-ink shadow-float',
          title: 'font-medium',
          description: 'text-muted',
          icon: 'mt-0.5 size-4 shrink-0 [&_svg]:size-4',
          success: '[&_[data-icon]]:text-good',
          error: '[&_[data-icon]]:text-bad',
          closeButton: 'order-last ml-auto -mr-1 shrink-0 rounded-small p-1 text-faint hover:text-ink [&_svg]:size-3',
          actionButton: 'ml-auto shrink-0 rounded-control border border-line-strong px-2 font-medium',
        },
      }}
    />
  )
}
