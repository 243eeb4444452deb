import type { StateShape as Shape } from '@/lib/domain/service-state'

export type StateShapeProps = {
  shape: Shape
  /** Pixels. */
  size?: number
  /** For `ring`: how much of it is filled, 0 to 1. Turns while unknown. */
  progress?: number
}

/** The bare mark of a state in the current colour, on a 12 × 12 grid. Says nothing to screen readers. */
export function StateShape({ shape, size = 12, progress }: StateShapeProps) {
  const turning = shape === 'ring' && progress === undefined
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" fill="none" aria-hidden="true" className={turning ? 'shrink-0 animate-spin' : 'shrink-0'}>
      {SHAPES[shape](progress ?? 0.3)}
    </svg>
  )
}

const RING = 2 * Math.PI * 4.5

/** The same drawings inside another SVG (the miniature of a canvas). */
export const SHAPES: Record<Shape, (progress: number) => React.ReactNode> = {
  dot: () => <circle cx="6" cy="6" r="4" fill="currentColor" />,
  half: () => (
    <>
      <circle cx="6" cy="6" r="4.25" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 1 0 8.5z" fill="currentColor" />
    </>
  ),
  ring: (progress) => (
    <>
      <circle cx="6" cy="6" r="4.5" stroke="currentColor" strokeWidth="2" opacity="0.25" />
      <circle cx="6" cy="6" r="4.5" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeDasharray={`${RING * progress} ${RING}`} transform="rotate(-90 6 6)" />
    </>
  ),
  dashed: () => <circle cx="6" cy="6" r="4.5" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.3 2.4" />,
  triangle: () => <path d="M6 1.6 11 10.4H1z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" strokeWidth="1" />,
  cross: () => <path d="m2.5 2.5 7 7m0-7-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  crescent: () => <path d="M10 7.6A4.6 4.6 0 0 1 4.4 2a4.6 4.6 0 1 0 5.6 5.6z" fill="currentColor" />,
  square: () => <rect x="2.25" y="2.25" width="7.5" height="7.5" rx="1.5" fill="currentColor" />,
  clock: () => (
    <>
      <circle cx="6" cy="6" r="4.5" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 3.6V6l1.7 1.1" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  check: () => <path d="m2.2 6.4 2.6 2.6 5-5.6" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />,
  struck: () => (
    <>
      <circle cx="6" cy="6" r="3.5" stroke="currentColor" strokeWidth="1.5" />
      <path d="m1.5 10.5 9-9" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
}
