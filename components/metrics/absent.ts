import type { ChartName } from '@/lib/domain/chart'
import type { TargetKind } from '@/lib/domain/target'

/** Why a chart stays empty on a target, as a sentence; null where it is measured. */
export function whyAbsent(chart: ChartName, target: TargetKind): string | null {
  if (chart === 'network' && target === 'process') return 'Services of this target are processes that share one network, so what each of them sends cannot be told. On a Docker target it can; traffic at the ingress is measured here too.'
  return null
}
