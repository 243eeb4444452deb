export type Side = 'top' | 'right' | 'bottom' | 'left'
type Box = { left: number; top: number; width: number; height: number }
type Size = { width: number; height: number }

/** Between a control and its words. */
const GAP = 6
/** From the edge of the window. */
const MARGIN = 8
const OPPOSITE: Record<Side, Side> = { top: 'bottom', right: 'left', bottom: 'top', left: 'right' }

/** Where words of this size stand beside a control: on the wanted side, on the other where there is no room, and always inside of the window. */
export function tooltipPlace(control: Box, size: Size, { side, room }: { side: Side; room: Size }): { left: number; top: number } {
  const wanted = beside(control, size, side)
  const place = fits(wanted, size, room) ? wanted : beside(control, size, OPPOSITE[side])
  return { left: within(place.left, room.width - size.width), top: within(place.top, room.height - size.height) }
}

function beside({ left, top, width, height }: Box, size: Size, side: Side): { left: number; top: number } {
  if (side === 'top' || side === 'bottom') return { left: left + width / 2 - size.width / 2, top: side === 'top' ? top - GAP - size.height : top + height + GAP }
  return { left: side === 'left' ? left - GAP - size.width : left + width + GAP, top: top + height / 2 - size.height / 2 }
}

/** Along the control it may be moved; across, it would cover it. */
function fits({ left, top }: { left: number; top: number }, size: Size, room: Size): boolean {
  return top >= MARGIN && top + size.height <= room.height - MARGIN && left > -size.width / 2 && left + size.width / 2 < room.width
}

function within(value: number, most: number): number {
  return Math.max(MARGIN, Math.min(value, most - MARGIN))
}
