import type { VariablesView } from '@/lib/contract/service'

/** What the platform sets for every deployment; to be read, not changed. */
export function PlatformVariables({ platform }: { platform: VariablesView['platform'] }) {
  return (
    <section aria-labelledby="platform-variables">
      <h3 id="platform-variables" className="font-medium">
        Set by the platform
      </h3>
      <p className="mb-2 text-meta text-faint">Every deployment gets these besides.</p>
      <dl className="divide-y divide-line rounded-card border border-line">
        {platform.map(({ key, value, meaning }) => (
          <div key={key} className="grid gap-x-4 px-3 py-1.5 sm:grid-cols-[13rem_1fr]">
            <dt className="font-mono text-code break-all text-muted">{key}</dt>
            <dd className="min-w-0">
              <span className="block font-mono text-code break-all">{value === '' ? <span className="text-faint">empty</span> : value}</span>
              <span className="block text-meta text-faint">{meaning}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
