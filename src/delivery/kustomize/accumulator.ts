import { emptyConfig, mergeConfigs, type TransformerConfig } from './config/transformer-config.ts'
import { defaultConfig } from './config/default-config.ts'
import { limits } from './limits.ts'
import { refusal } from './refusal.ts'
import { ResourceMap } from './resource/resource-map.ts'
import { addVariables, type Var } from './transform/variables.ts'

/** What a kustomization and those below it have brought together. Upstream: ResAccumulator. */
export class Accumulator {
  readonly map = new ResourceMap()
  config: TransformerConfig = emptyConfig
  readonly variables = new Map<string, Var>()

  addConfig(config: TransformerConfig): void {
    this.config = this.config === emptyConfig && config === defaultConfig ? config : mergeConfigs(this.config, config)
  }

  /** Takes in everything of another one. */
  merge(other: Accumulator): void {
    this.map.appendAll(other.map.list)
    if (this.map.list.length > limits.resources) throw refusal(`the kustomization has more than ${limits.resources} resources`)
    this.addConfig(other.config)
    addVariables(this.variables, other.variables.values())
  }
}
