'use client'

import { ErrorView, type ErrorViewProps } from '@/components/ui/error-view'

/** A page of the console that failed; the bar above it stays. */
export default function FramedError(props: ErrorViewProps) {
  return <ErrorView {...props} />
}
