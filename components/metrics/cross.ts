import { createStore, type StoreApi } from 'zustand/vanilla'

/** Where somebody points in the charts of a page: one moment for all of them, and the chart that is pointed at. */
export type Cross = { atMs: number | null; chartId: string | null; /** Where dragging began. */ dragMs: number | null }

export type CrossStore = StoreApi<Cross>

const NOWHERE: Cross = { atMs: null, chartId: null, dragMs: null }

export function createCross(): CrossStore {
  return createStore<Cross>(() => NOWHERE)
}

/** Nobody points anywhere any more. */
export function leave(store: CrossStore): void {
  store.setState(NOWHERE)
}
