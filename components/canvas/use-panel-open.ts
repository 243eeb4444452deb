'use client'

import { usePathname } from 'next/navigation'

/** `/project/environment` has as many parts; a panel is a route below. */
const CANVAS_PARTS = 3

/**
 * Whether something stands over the canvas. Asked of the address: a style that asks what is on the page (`:has`) makes a browser style a canvas of many
 * nodes anew with each panel.
 */
export function usePanelOpen(): boolean {
  return usePathname().split('/').length > CANVAS_PARTS
}
