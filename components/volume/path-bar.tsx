import { Fragment } from 'react'

/** Where one is in a volume; each folder above leads there. */
export function PathBar({ root, path, onOpen }: { root: string; path: string; onOpen: (path: string) => void }) {
  const parts = path === '' ? [] : path.split('/')
  const steps = [{ name: root, path: '' }, ...parts.map((name, index) => ({ name, path: parts.slice(0, index + 1).join('/') }))]
  return (
    <nav aria-label="Folder" className="flex min-w-0 flex-wrap items-center gap-1">
      {steps.map((step, index) => (
        <Fragment key={step.path}>
          {index > 0 ? <span aria-hidden="true" className="text-faint">/</span> : null}
          {index === steps.length - 1 ? (
            <span aria-current="location" className="max-w-52 truncate font-medium">{step.name}</span>
          ) : (
            <button type="button" onClick={() => onOpen(step.path)} className="max-w-40 truncate rounded-small text-muted hover:text-ink hover:underline">
              {step.name}
            </button>
          )}
        </Fragment>
      ))}
    </nav>
  )
}
