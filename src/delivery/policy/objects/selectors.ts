/** Whether a label selector selects labels. Upstream: metav1.LabelSelectorAsSelector; an absent selector selects nothing, an empty one everything. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>> = {}): boolean {
  if (typeof selector !== 'object' || selector === null) return false
  const { matchLabels = {}, matchExpressions = [] } = selector as { matchLabels?: Record<string, string>; matchExpressions?: { key: string; operator: string; values?: string[] }[] }
  return Object.entries(matchLabels ?? {}).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
    && (Array.isArray(matchExpressions) ? matchExpressions : []).every(({ key, operator, values = [] }) => {
      const has = Object.hasOwn(labels, key)
      if (operator === 'In') return has && values.includes(labels[key]!)
      if (operator === 'NotIn') return !has || !values.includes(labels[key]!)
      return operator === 'Exists' ? has : operator === 'DoesNotExist' && !has
    })
}
