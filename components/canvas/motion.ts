/** How long a movement that scripts make takes: no time at all for who wants no motion. What styles move is stilled in globals.css. */
export function motionMs(ms: number): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms
}
