'use client'

import { ErrorView, type ErrorViewProps } from '@/components/ui/error-view'

/** A tab of the panel that failed; the canvas and the other tabs stay. */
export default function VolumeError(props: ErrorViewProps) {
  return <ErrorView {...props} />
}
