import { HelmExitError } from '../../../delivery/helmfile/index.ts'
import { severalErrors } from './several-errors.ts'

/**
 * What a linter or a test found: told when all states were looked at.
 * Source: lint in pkg/app/app.go.
 */
export class DeferredErrors {
  readonly #errors: HelmExitError[] = []

  /** One failure of Helm is kept; @returns all others. */
  take(errors: readonly unknown[]): readonly unknown[] {
    const [only] = errors
    if (errors.length !== 1 || !(only instanceof HelmExitError)) return errors
    this.#errors.push(only)
    return []
  }

  /** @throws PintleError when there were any */
  throw(): void {
    if (this.#errors.length > 0) throw severalErrors(this.#errors)
  }
}
